#pragma once

/// @file app/middleware/security_headers.h

#include <string_view>

#include "app/http/message.h"

namespace ztix::app {

/// What a browser is told with every answer: nothing may be loaded but our own files, nobody may frame us, no type is
/// guessed, nothing that is somebody's own stays in a cache.
/// @param csp_nonce  of the page's scripts; empty = no script at all (API, errors without a page).
/// @param https      the public address is https, so browsers shall never try anything else.
void add_security_headers(HttpResponse& response, std::string_view csp_nonce, bool https);

}  // namespace ztix::app
