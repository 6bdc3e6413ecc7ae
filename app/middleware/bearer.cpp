#include "app/middleware/bearer.h"

#include "core/base/text.h"

namespace ztix::app {
namespace {

bool is_bearer(std::string_view value) { return same_name(value.substr(0, value.find(' ')), "Bearer"); }

bool is_enough(service::TokenScope scope, const Route& route) {
  switch (scope) {
    case service::TokenScope::read:
      return is_safe_method(route.method);
    case service::TokenScope::request:
      return route.access == Access::user || route.access == Access::owner;
    case service::TokenScope::admin:
      return true;
  }
  return false;
}

}  // namespace

Result<std::optional<SecretString>> bearer_token(const HttpRequest& request) {
  using Token = std::optional<SecretString>;
  Token token;
  for (const auto& [name, value] : request.headers.all()) {
    if (!same_name(name, "Authorization") || !is_bearer(value)) continue;
    const auto space = value.find(' ');
    const auto text = space == std::string::npos ? std::string_view() : trim(std::string_view(value).substr(space));
    if (token || text.empty()) {
      return fail(ErrorCode::unauthenticated, "Authorization must be one line: Bearer, a space and the token.")
          .with_reason("invalid_token");
    }
    token = SecretString(text);
  }
  return token;
}

Status check_scope(service::TokenScope scope, const Route& route) {
  if (route.kind != Kind::api || route.caller == Caller::person || route.step_up == StepUp::yes) {
    return fail(ErrorCode::forbidden, "This is not possible with a token: log in.").with_reason("login_needed");
  }
  if (is_enough(scope, route)) return {};
  return fail(ErrorCode::forbidden, "The scope of this token does not cover this call.")
      .with_reason("scope_missing")
      .with_fact("scope", to_string(scope));
}

}  // namespace ztix::app
