#pragma once

/// @file app/http/envelope.h
/// `{"data": …}` and `{"error": {"code", "message", "details", "request_id"}}`.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "app/http/message.h"
#include "core/base/error.h"

namespace ztix::app {

using Json = nlohmann::ordered_json;

/// The one table from ErrorCode to HTTP status; a few reasons of HTTP's own come first (405, 413, 415).
[[nodiscard]] int http_status(const Error& error) noexcept;

[[nodiscard]] HttpResponse json_response(int status, const Json& body);
/// `{"data": data}`.
[[nodiscard]] HttpResponse data_response(Json data, int status = 200);
/// `{"data": [...], "next": cursor or null}`.
[[nodiscard]] HttpResponse list_response(const Json& items, const std::string& next);
/// The error's `detail` stays here: it is for the log.
[[nodiscard]] HttpResponse error_response(const Error& error, std::string_view request_id);

/// The word for machines: the reason, or the code when there is none.
[[nodiscard]] std::string error_word(const Error& error);

}  // namespace ztix::app
