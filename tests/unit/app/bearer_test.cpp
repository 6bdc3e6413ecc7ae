#include "app/middleware/bearer.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::app {
namespace {

using service::TokenScope;

HttpRequest with(const std::vector<std::string>& values) {
  HttpRequest request;
  for (const auto& value : values) request.headers.add("authorization", value);
  return request;
}

TEST_CASE("A bearer token is found whatever the case of its scheme, and other schemes are not ours") {
  CHECK(bearer_token(with({"Bearer ztix_x"})).value()->expose() == "ztix_x");
  CHECK(bearer_token(with({"bEARER  ztix_x "})).value()->expose() == "ztix_x");
  CHECK(bearer_token(with({"Basic abc", "Bearer ztix_x"})).value()->expose() == "ztix_x");
  CHECK_FALSE(bearer_token(with({})).value());
  CHECK_FALSE(bearer_token(with({"Basic abc"})).value());
  CHECK_FALSE(bearer_token(with({"Bearerx abc"})).value());
}

TEST_CASE("[identity 26] Two tokens, or the scheme without one, are an invalid token and never a cookie's rights") {
  for (const auto& values : {std::vector<std::string>{"Bearer a", "Bearer a"}, {"Bearer"}, {"Bearer "}}) {
    CHECK(bearer_token(with(values)).error().reason == "invalid_token");
  }
}

/// Of every route, whether a scope admits it.
bool admitted(TokenScope scope, const Route& route) { return check_scope(scope, route).has_value(); }

TEST_CASE("[identity 26] Each scope reaches exactly its routes") {
  for (const auto& route : routes()) {
    CAPTURE(route.method);
    CAPTURE(route.pattern);
    const bool for_programs = route.kind == Kind::api && route.caller == Caller::any && route.step_up == StepUp::no;
    const bool operators = route.access == Access::user || route.access == Access::owner;
    CHECK(admitted(TokenScope::read, route) == (for_programs && route.method == "GET"));
    CHECK(admitted(TokenScope::request, route) == (for_programs && operators));
    CHECK(admitted(TokenScope::admin, route) == for_programs);
  }
}

TEST_CASE("[identity 26] No token makes, ends or shows tokens, sessions or factors") {
  for (const auto& route : routes()) {
    if (route.kind != Kind::api || route.access == Access::open) continue;
    const bool about_logins =
        route.pattern.starts_with("/api/v1/auth/") || route.pattern.starts_with("/api/v1/tokens") ||
        route.pattern.starts_with("/api/v1/sessions") || route.pattern.starts_with("/api/v1/factors");
    if (!about_logins) continue;
    CAPTURE(route.pattern);
    for (const auto scope : service::kTokenScopes) CHECK(check_scope(scope, route).error().reason == "login_needed");
  }
}

}  // namespace
}  // namespace ztix::app
