#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/url.h"
#include "app/middleware/client_address.h"
#include "app/middleware/csrf.h"
#include "app/middleware/security_headers.h"

namespace ztix::app {
namespace {

const std::string kToken(43, 'a');

HttpRequest with_headers(std::initializer_list<std::pair<const char*, std::string>> headers) {
  HttpRequest request;
  request.peer_address = "192.0.2.1";
  for (const auto& [name, value] : headers) request.headers.add(name, value);
  return request;
}

std::string cookie_of(const std::string& line) {
  const auto token = session_token(with_headers({{"cookie", line}}));
  return token ? token->expose() : "";
}

TEST_CASE("The session cookie is read only when there is exactly one that can be ours") {
  CHECK(cookie_of("__Host-ztix=" + kToken) == kToken);
  CHECK(cookie_of("a=b; __Host-ztix=" + kToken + "; c=d") == kToken);
  CHECK(cookie_of("__Host-ztix=" + kToken + "; __Host-ztix=" + std::string(43, 'b')).empty());
  CHECK(cookie_of("__Host-ztix=" + kToken + ".900") == kToken + ".900");
  for (const std::string_view no_idle : {".", "..900", ".-1", ".9x", ".12345678901", "900"}) {
    CHECK_MESSAGE(cookie_of("__Host-ztix=" + kToken + std::string(no_idle)).empty(), no_idle);
  }
  CHECK(cookie_of("ztix=" + kToken).empty());
  CHECK(cookie_of("x__Host-ztix=" + kToken).empty());
  CHECK(cookie_of("__Host-ztix=" + kToken + "a").empty());
  CHECK(cookie_of("__Host-ztix=\"" + kToken + "\"").empty());
  CHECK(cookie_of("__Host-ztix=" + std::string(42, 'a') + "*").empty());
  CHECK(cookie_of("").empty());
  const auto twice = with_headers({{"Cookie", "__Host-ztix=" + kToken}, {"Cookie", "__Host-ztix=" + kToken}});
  CHECK_FALSE(session_token(twice));
}

TEST_CASE("[identity 17] The cookie that is set has every attribute of a __Host- cookie, and clearing it ends it now") {
  service::User user{Uuid::from_random(std::string(16, 'a')), "alice", false, {}, {}, {}, {}};
  const auto set_for = [&user] { return set_session_cookie({{user, "csrf"}, SecretString(kToken)}); };
  CHECK(set_for() == "__Host-ztix=" + kToken + "; Path=/; Secure; HttpOnly; SameSite=Lax");
  user.roles = {domain::Role::admin};
  CHECK(set_for() == "__Host-ztix=" + kToken + "; Path=/; Secure; HttpOnly; SameSite=Strict");
  CHECK(clear_session_cookie() == "__Host-ztix=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
}

TEST_CASE("[identity 25] Queries are decoded strictly") {
  CHECK(parse_query("").value().empty());
  CHECK(parse_query("a=1&b=x%20y+z&c").value() ==
        std::map<std::string, std::string>{{"a", "1"}, {"b", "x y z"}, {"c", ""}});
  for (const std::string_view bad : {"a=1&a=2", "=1", "a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a=%0a", "a=%1b"}) {
    CHECK_MESSAGE(!parse_query(bad).has_value(), bad);
  }
}

TEST_CASE("[identity 5] Only paths of this site are gone to after a login") {
  CHECK(is_local_path("/requests/1?a=b"));
  for (const std::string_view bad :
       {"", "//evil.example", "/\\evil.example", "https://evil.example", "requests", "/a\r\nb", "/\tb"}) {
    CHECK_MESSAGE(!is_local_path(bad), bad);
  }
}

TEST_CASE("X-Forwarded-For counts only from trusted proxies, and from the right") {
  const std::vector<Prefix> none;
  const std::vector proxies{Prefix::parse("192.0.2.0/28").value()};
  const auto of = [](const std::string& forwarded, const std::vector<Prefix>& trusted) {
    return client_address(with_headers({{"X-Forwarded-For", forwarded}}), trusted);
  };
  CHECK(of("203.0.113.9", none) == "192.0.2.1");
  CHECK(of("203.0.113.9", proxies) == "203.0.113.9");
  CHECK(of("198.51.100.1, 203.0.113.9", proxies) == "203.0.113.9");
  CHECK(of("198.51.100.1, 203.0.113.9, 192.0.2.2", proxies) == "203.0.113.9");
  CHECK(of("nonsense", proxies) == "192.0.2.1");
  CHECK(of("203.0.113.9, nonsense", proxies) == "192.0.2.1");
  CHECK(of("2001:db8::1", proxies) == "2001:db8::1");
  CHECK(client_address(with_headers({}), proxies) == "192.0.2.1");
}

TEST_CASE("[identity 21] Calls of other sites are told by Origin and Sec-Fetch-Site, of which programs send neither") {
  constexpr std::string_view kPublic = "https://ix.example.net/portal";
  const auto good = [&](std::initializer_list<std::pair<const char*, std::string>> headers) {
    return check_same_origin(with_headers(headers), kPublic).has_value();
  };
  CHECK(good({}));
  CHECK(good({{"Origin", "https://ix.example.net"}, {"Sec-Fetch-Site", "same-origin"}}));
  CHECK_FALSE(good({{"Origin", "https://ix.example.net:444"}}));
  CHECK_FALSE(good({{"Origin", "http://ix.example.net"}}));
  CHECK_FALSE(good({{"Origin", "https://ix.example.net.evil.example"}}));
  CHECK_FALSE(good({{"Origin", "null"}}));
  CHECK_FALSE(good({{"Origin", "https://ix.example.net"}, {"Origin", "https://evil.example"}}));
  for (const std::string site : {"cross-site", "same-site", "none"}) CHECK_FALSE(good({{"Sec-Fetch-Site", site}}));
}

TEST_CASE("[identity 21] The CSRF token must be there once and be the session's") {
  CHECK(check_csrf_token(with_headers({{"X-CSRF-Token", "right"}}), "right"));
  CHECK(check_csrf_token(with_headers({}), "right").error().reason == "csrf_token_missing");
  CHECK(check_csrf_token(with_headers({{"X-CSRF-Token", ""}}), "").error().reason == "csrf_token_missing");
  CHECK(check_csrf_token(with_headers({{"X-CSRF-Token", "wrong"}}), "right").error().reason == "csrf_token_wrong");
  CHECK(check_csrf_token(with_headers({{"X-CSRF-Token", "x"}}), "").error().reason == "csrf_token_wrong");
  CHECK(
      check_csrf_token(with_headers({{"X-CSRF-Token", "right"}, {"X-CSRF-Token", "right"}}), "right").error().reason ==
      "csrf_token_missing");
}

TEST_CASE("Every code has its status, and the detail stays inside") {
  CHECK(http_status(fail(ErrorCode::out_of_range, "")) == 422);
  CHECK(http_status(fail(ErrorCode::refused_transition, "")) == 409);
  CHECK(http_status(fail(ErrorCode::rate_limited, "")) == 429);
  CHECK(http_status(fail(ErrorCode::invalid_argument, "").with_reason("body_too_large")) == 413);
  const auto error =
      fail(ErrorCode::unavailable, "Try again.").with_detail("host=10.0.0.1 password=x").with_fact("field", "asn");
  const auto response = error_response(error, "r-1");
  CHECK(response.status == 503);
  CHECK(response.headers.only("Retry-After") == "1");
  const auto known = fail(ErrorCode::rate_limited, "Later.").with_fact("retry_after_seconds", "64");
  CHECK(error_response(known, "r").headers.only("Retry-After") == "64");
  CHECK(response.body ==
        R"({"error":{"code":"unavailable","message":"Try again.","details":{"field":"asn"},"request_id":"r-1"}})");
}

TEST_CASE("HTTPS is insisted on only where the public address has it") {
  HttpResponse plain;
  add_security_headers(plain, "", false);
  CHECK(plain.headers.count("Strict-Transport-Security") == 0);
  HttpResponse secure;
  add_security_headers(secure, "n0nce", true);
  CHECK(secure.headers.count("Strict-Transport-Security") == 1);
  CHECK(secure.headers.only("Content-Security-Policy")->find("script-src 'nonce-n0nce'") != std::string::npos);
}

}  // namespace
}  // namespace ztix::app
