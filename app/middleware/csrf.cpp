#include "app/middleware/csrf.h"

#include "core/base/secret_string.h"

namespace ztix::app {
namespace {

Error cross_site() { return fail(ErrorCode::forbidden, "This call came from another site.").with_reason("cross_site"); }

}  // namespace

std::string_view origin_of(std::string_view url) noexcept {
  const auto host = url.find("://");
  if (host == std::string_view::npos) return url;
  return url.substr(0, url.find('/', host + 3));
}

Status check_same_origin(const HttpRequest& request, std::string_view public_url) {
  if (request.headers.count("Origin") > 0 && request.headers.only("Origin") != origin_of(public_url))
    return cross_site();
  const auto site = request.headers.joined("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin") return cross_site();
  return {};
}

Status check_csrf_token(const HttpRequest& request, std::string_view session_csrf_token) {
  const auto token = request.headers.only("X-CSRF-Token");
  if (!token || token->empty()) {
    return fail(ErrorCode::forbidden,
                "The header X-CSRF-Token is missing; its value comes with the login and GET /api/v1/me.")
        .with_reason("csrf_token_missing");
  }
  if (session_csrf_token.empty() || !constant_time_equal(*token, session_csrf_token)) {
    return fail(ErrorCode::forbidden, "The CSRF token is not the one of this login. Reload the page.")
        .with_reason("csrf_token_wrong");
  }
  return {};
}

}  // namespace ztix::app
