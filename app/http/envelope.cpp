#include "app/http/envelope.h"

#include <algorithm>
#include <array>
#include <utility>

#include <nlohmann/json.hpp>

namespace ztix::app {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 3> kStatusOfReason{
    {{"method_not_allowed", 405}, {"body_too_large", 413}, {"unsupported_media_type", 415}}};

/// Seconds. Where nobody knows better, one: a password check takes well below that.
std::string retry_after(const Error& error) {
  const auto fact = std::find_if(error.facts.begin(), error.facts.end(),
                                 [](const auto& one) { return one.first == "retry_after_seconds"; });
  return fact == error.facts.end() ? "1" : fact->second;
}

/// How to authenticate (RFC 9110 §11.6.1, RFC 6750 §3); empty when that is not what is wrong.
std::string challenge(const Error& error, int status) {
  const std::string realm = "Bearer realm=\"ztix\"";
  if (error.reason == "scope_missing") return realm + ", error=\"insufficient_scope\"";
  if (status != 401) return {};
  return error.reason == "invalid_token" ? realm + ", error=\"invalid_token\"" : realm;
}

}  // namespace

int http_status(const Error& error) noexcept {
  for (const auto& [reason, status] : kStatusOfReason) {
    if (error.reason == reason) return status;
  }
  switch (error.code) {
    case ErrorCode::invalid_argument:
      return 400;
    case ErrorCode::out_of_range:
      return 422;
    case ErrorCode::unauthenticated:
      return 401;
    case ErrorCode::forbidden:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::conflict:
    case ErrorCode::refused_transition:
    case ErrorCode::fenced:
      return 409;
    case ErrorCode::rate_limited:
      return 429;
    case ErrorCode::unavailable:
      return 503;
    case ErrorCode::timeout:
      return 504;
    case ErrorCode::upstream:
      return 502;
    case ErrorCode::internal:
      return 500;
  }
  return 500;
}

std::string error_word(const Error& error) {
  return error.reason.empty() ? std::string(to_string(error.code)) : error.reason;
}

HttpResponse json_response(int status, const Json& body) {
  HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "application/json; charset=utf-8");
  response.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return response;
}

HttpResponse data_response(Json data, int status) {
  Json body;
  body["data"] = std::move(data);
  return json_response(status, body);
}

HttpResponse list_response(const Json& items, const std::string& next) {
  Json body;
  body["data"] = items;
  body["next"] = next.empty() ? Json(nullptr) : Json(next);
  return json_response(200, body);
}

HttpResponse error_response(const Error& error, std::string_view request_id) {
  Json details = Json::object();
  for (const auto& [name, value] : error.facts) details[name] = value;
  const int status = http_status(error);
  Json body;
  body["error"] = {{"code", error_word(error)},
                   {"message", error.message},
                   {"details", std::move(details)},
                   {"request_id", request_id}};
  auto response = json_response(status, body);
  if (const auto wanted = challenge(error, status); !wanted.empty()) response.headers.set("WWW-Authenticate", wanted);
  if (status == 429 || status == 503) response.headers.set("Retry-After", retry_after(error));
  return response;
}

}  // namespace ztix::app
