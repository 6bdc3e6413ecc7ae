#include "core/fabric/http_api.h"

#include <nlohmann/json.hpp>

#include "core/fabric/controller_reply.h"

namespace ztix::fabric {

namespace {

constexpr std::size_t kLargestReply = 32U * 1024 * 1024;  // 50,000 member records

Error with_description(ErrorCode code, std::string message, const http::Reply& reply) {
  return fail(code, std::move(message)).with_detail(failure_description(reply.body));
}

}  // namespace

Result<std::optional<std::string>> HttpApi::get(const std::string& path) {
  http::Request request;
  request.url = endpoint_.base_url + path;
  return send(std::move(request));
}

Result<std::optional<std::string>> HttpApi::post(const std::string& path, const nlohmann::json& body) {
  http::Request request;
  request.method = "POST";
  request.url = endpoint_.base_url + path;
  // Named because the default of HTTP clients, a form, is limited to 8 KiB by the controller.
  request.headers.push_back({"Content-Type", "application/json"});
  request.body = body.dump();
  return send(std::move(request));
}

Result<std::optional<std::string>> HttpApi::send(http::Request request) {
  request.secret_headers.push_back(endpoint_.token);
  request.timeout = endpoint_.timeout;
  request.largest_body = kLargestReply;
  ZTIX_ASSIGN(http::Reply reply, fetcher_.fetch(request));
  if (reply.status == 200) return std::optional(std::move(reply.body));
  if (reply.status == 404) return std::optional<std::string>();
  return error_of(reply);
}

Error HttpApi::error_of(const http::Reply& reply) const {
  const std::string status = std::to_string(reply.status);
  if (reply.status == 401) {
    return fail(ErrorCode::unauthenticated, "The controller refuses the token. " + endpoint_.token_remedy);
  }
  if (reply.status == 403) return with_description(ErrorCode::forbidden, "The controller refuses the call.", reply);
  if (reply.status == 429) return fail(ErrorCode::rate_limited, "The controller asks for fewer calls.");
  if (reply.status == 503) return fail(ErrorCode::unavailable, "The controller is not ready (503).");
  const bool is_about_json = reply.status == 500 && reply.body.find("json.exception") != std::string::npos;
  if (is_about_json || (reply.status >= 400 && reply.status < 500)) {
    return with_description(ErrorCode::invalid_argument, "The controller calls the request malformed (" + status + ").",
                            reply);
  }
  return with_description(ErrorCode::upstream, "The controller answered with status " + status + ".", reply);
}

}  // namespace ztix::fabric
