#include "app/router.h"

#include <fstream>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "app/pages/pages.h"
#include "tests/support/checkout.h"

namespace ztix::app {
namespace {

TEST_CASE("A route is found by method and pattern, with its parameters decoded") {
  NoMatch otherwise;
  const auto match = find_route("GET", "/api/v1/admin/route-servers/rs%2d1", otherwise);
  REQUIRE(match);
  CHECK(match->route->pattern == "/api/v1/admin/route-servers/{name}");
  CHECK(match->parameters.at("name") == "rs-1");
  CHECK(find_route("HEAD", "/healthz", otherwise)->route->method == "GET");
}

TEST_CASE("What does not fit exactly is not found, and another method says which there are") {
  NoMatch otherwise;
  for (const std::string_view path : {"", "healthz", "/healthz/", "//healthz", "/Healthz", "/api/v1/requests/a/b/c",
                                      "/api/v1/requests/", "/api/v1/admin/route-servers/a%2fb", "/requests/%00"}) {
    CHECK_MESSAGE(!find_route("GET", path, otherwise).has_value(), path);
  }
  CHECK(otherwise.allowed.empty());
  CHECK_FALSE(find_route("DELETE", "/api/v1/requests", otherwise));
  CHECK(otherwise.allowed == std::vector<std::string_view>{"POST", "GET", "HEAD"});
}

TEST_CASE("No two routes answer the same call, and only reads have no token") {
  std::set<std::string> seen;
  for (const auto& route : routes()) {
    CHECK(seen.insert(std::string(route.method) + " " + std::string(route.pattern)).second);
    CHECK((route.handler != nullptr));
    const bool is_page = route.kind == Kind::page || route.kind == Kind::fragment;
    if (is_page) CHECK(route.method == "GET");
    const bool is_administrative = route.pattern.find("/admin/") != std::string_view::npos;
    CHECK(is_administrative == (route.access == Access::admin || route.access == Access::auditor));
    if (route.access == Access::auditor) CHECK(route.method == "GET");
  }
}

TEST_CASE("[identity 20] What takes effect on a member or on a second factor wants a second factor that is young") {
  std::set<std::string_view> wanting;
  for (const auto& route : routes()) {
    if (route.step_up == StepUp::yes) wanting.insert(route.pattern);
  }
  CHECK(wanting == std::set<std::string_view>{
                       "/api/v1/admin/requests/{id}/approve", "/api/v1/admin/requests/{id}/reject",
                       "/api/v1/admin/requests/{id}/suspend", "/api/v1/admin/requests/{id}/revoke",
                       "/api/v1/auth/factors/totp", "/api/v1/auth/factors/passkey",
                       "/api/v1/auth/factors/recovery-codes", "/api/v1/auth/factors/{id}", "/api/v1/tokens"});
}

TEST_CASE("Every template of the pages fits its view") {
  const auto pages = Pages::load();
  CHECK_MESSAGE(pages.has_value(), (pages ? "" : pages.error().message));
}

/// `METHOD path` of each operation: paths are the keys below `paths:`, methods the keys below them.
std::set<std::string> documented() {
  std::ifstream file(test::in_checkout("docs/openapi.yaml"));
  std::set<std::string> found;
  std::string path;
  bool in_paths = false;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.front() != ' ') in_paths = line == "paths:";
    if (!in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.find(':') - 2);
    for (const std::string method : {"get", "post", "put", "patch", "delete"}) {
      if (line != "    " + method + ":") continue;
      std::string upper;
      for (const char c : method) upper += static_cast<char>(c - 'a' + 'A');
      found.insert(upper + " " + path);
    }
  }
  return found;
}

TEST_CASE("docs/openapi.yaml describes exactly the calls there are") {
  std::set<std::string> existing;
  for (const auto& route : routes()) {
    if (route.kind == Kind::api) existing.insert(std::string(route.method) + " " + std::string(route.pattern));
  }
  const auto described = documented();
  for (const auto& call : existing) CHECK_MESSAGE(described.contains(call), call << " is not described");
  for (const auto& call : described) CHECK_MESSAGE(existing.contains(call), call << " does not exist");
}

}  // namespace
}  // namespace ztix::app
