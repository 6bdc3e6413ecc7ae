#pragma once

/// @file app/request_reader.h
/// From Poco's request to ours, with a bound on everything that a client can send.

#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>

#include "app/http/message.h"
#include "core/base/result.h"

namespace ztix::app {

/// @param request  filled as far as it got, also when the result is an error.
/// @return invalid_argument: `bad_framing` (two lengths, a length and chunks, unknown coding: what follows on the
///         connection cannot be told from this body), `body_too_large`, `body_incomplete`, `bad_target`.
[[nodiscard]] Status read_request(Poco::Net::HTTPServerRequest& from, HttpRequest& request);

}  // namespace ztix::app
