#pragma once

/// @file app/middleware/client_address.h

#include <string>
#include <vector>

#include "app/http/message.h"
#include "core/net/prefix.h"

namespace ztix::app {

/// Whose request this is. X-Forwarded-For counts only when the other end of the connection is a trusted proxy, and then
/// from the right: the last address that is not itself a trusted proxy; what is left of it anybody may have written.
[[nodiscard]] std::string client_address(const HttpRequest& request, const std::vector<Prefix>& trusted_proxies);

}  // namespace ztix::app
