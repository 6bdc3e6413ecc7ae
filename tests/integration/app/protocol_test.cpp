#include <chrono>
#include <thread>

#include <doctest/doctest.h>

#include "app/router.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

/// The pattern with something that fits in place of each parameter.
std::string example_of(std::string_view pattern) {
  std::string path(pattern);
  for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
    path.replace(open, path.find('}') - open + 1, "7b0c5f5e-0000-4000-8000-000000000000");
  }
  return path;
}

TEST_CASE(
    "[identity 21] Every route that changes something refuses a call without the token, with a wrong one, or from "
    "another site") {
  AppWorld world;
  const auto admin = world.browser("chief");
  int tried = 0;
  for (const auto& route : app::routes()) {
    if (app::is_safe_method(route.method) || route.access == app::Access::open) continue;
    const auto path = example_of(route.pattern);
    const std::string method(route.method);
    CAPTURE(path);
    auto stranger = admin;
    stranger.csrf = "";
    CHECK(world.send(method, path, {{"Cookie", admin.cookie}}).code() == "csrf_token_missing");
    CHECK(world.send_as(stranger, method, path).code() == "csrf_token_missing");
    stranger.csrf = std::string(admin.csrf.size(), 'A');
    CHECK(world.send_as(stranger, method, path).code() == "csrf_token_wrong");
    CHECK(world.send_as(admin, method, path, {}, {{"Origin", "https://evil.example"}}).code() == "cross_site");
    CHECK(world.send_as(admin, method, path, {}, {{"Origin", "null"}}).code() == "cross_site");
    CHECK(world.send_as(admin, method, path, {}, {{"Sec-Fetch-Site", "same-site"}}).code() == "cross_site");
    ++tried;
  }
  CHECK(tried >= 10);
  CHECK(world.send_as(admin, "GET", "/api/v1/me").status == 200);
}

TEST_CASE("[identity 21] A call that everybody may make is refused when it comes from another site") {
  AppWorld world;
  const auto before = world.fingerprint();
  int tried = 0;
  for (const auto& route : app::routes()) {
    if (app::is_safe_method(route.method) || route.access != app::Access::open) continue;
    const auto path = example_of(route.pattern);
    const std::string method(route.method);
    CAPTURE(path);
    for (const auto& [name, value] :
         {std::pair("Origin", "https://evil.example"), std::pair("Origin", "null"),
          std::pair("Sec-Fetch-Site", "cross-site"), std::pair("Sec-Fetch-Site", "same-site")}) {
      CHECK(world.send(method, path, {{name, value}}).code() == "cross_site");
    }
    CHECK(world.send(method, path, {{"Content-Type", "text/plain"}}, "{}").status == 415);
    ++tried;
  }
  CHECK(tried >= 1);
  CHECK(world.fingerprint() == before);
}

TEST_CASE(
    "[identity 25] Bodies that two readers could read differently, or that are too large, are refused and nothing is "
    "written") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto before = world.fingerprint();
  const auto refused = [&](const std::string& body, int status, const std::string& code) {
    const auto reply = world.send_as(alice, "POST", "/api/v1/requests", body);
    CHECK_MESSAGE(reply.status == status, reply.body);
    CHECK(reply.code() == code);
    CHECK(reply.parsed()["error"]["request_id"] == reply.headers.at("x-request-id"));
  };
  const std::string good = R"("asn":64496,"zt_network_id":"8056c2e21c000001")";
  refused("{" + good + R"(,"asn":64496})", 400, "duplicate_key");
  refused("{" + good + R"(,"colour":"red"})", 400, "unknown_field");
  refused("{" + good + R"(,"node_id":1122334455})", 400, "wrong_type");
  refused("{" + good + R"(,"ipv4":"yes"})", 400, "wrong_type");
  refused(R"({"asn":"64496","zt_network_id":"8056c2e21c000001"})", 400, "wrong_type");
  refused(R"({"asn":64496.0,"zt_network_id":"8056c2e21c000001"})", 400, "wrong_type");
  refused(R"({"asn":18446744073709551616,"zt_network_id":"8056c2e21c000001"})", 400, "wrong_type");
  refused(R"({"asn":4294967296,"zt_network_id":"8056c2e21c000001"})", 422, "bad_asn");
  refused(R"({"asn":64496})", 400, "missing_field");
  refused("{" + good + R"(,"note":"a\u0000b"})", 400, "nul_character");
  refused("{" + good + ",\"note\":\"a" + std::string(1, '\0') + "b\"}", 400, "nul_character");
  refused("{" + good + ",\"note\":\"\xff\"}", 400, "bad_json");
  refused("{" + good + R"(,"note":"\u001b[31m"})", 422, "bad_text");
  refused("{" + good + ",\"note\":\"" + std::string(2001, 'x') + "\"}", 422, "text_too_long");
  refused("[" + good, 400, "bad_json");
  refused("[]", 400, "bad_json");
  refused("42", 400, "bad_json");
  refused(std::string(20'000, '['), 400, "bad_json");
  refused("{" + good + ",\"note\":" + std::string(20, '[') + std::string(20, ']') + "}", 400, "nested_too_deep");
  refused("{" + good + ",\"note\":\"" + std::string(66'000, 'x') + "\"}", 413, "body_too_large");
  CHECK(world.fingerprint() == before);
}

TEST_CASE("[identity 35] A chunked body is counted as it comes") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const std::string head =
      "POST /api/v1/requests HTTP/1.1\r\nHost: x\r\nCookie: " + alice.cookie + "\r\nX-CSRF-Token: " + alice.csrf +
      "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  const std::string body = R"({"asn":64496,"zt_network_id":"8056c2e21c000001"})";
  const auto small = send_raw(world.running->port(), head + "30\r\n" + body + "\r\n0\r\n\r\n");
  CHECK(small.status == 201);
  const auto large = send_raw(world.running->port(), head + "11170\r\n" + std::string(70'000, ' ') + "\r\n0\r\n\r\n");
  CHECK(large.status == 413);
}

TEST_CASE("[identity 35] A body whose length can be read in two ways is refused and the connection ends") {
  AppWorld world;
  const std::string line = "POST /api/v1/auth/local/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
  for (const std::string framing :
       {"Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n", "Content-Length: +2\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"}) {
    CAPTURE(framing);
    const auto reply = send_raw(world.running->port(), line + framing + "\r\n{}");
    CHECK(reply.status == 400);
    CHECK(reply.headers.at("connection") == "close");
  }
  CHECK(world.send("GET", "/healthz").status == 200);
}

TEST_CASE("[identity 35] Unknown paths are 404, unknown methods 405, and both speak the envelope") {
  AppWorld world;
  CHECK(world.send("GET", "/api/v1/nothing").code() == "not_found");
  CHECK(world.send("POST", "/nothing").code() == "not_found");
  CHECK(world.send("GET", "/nothing").status == 404);
  const auto wrong = world.send("DELETE", "/api/v1/requests");
  CHECK(wrong.status == 405);
  CHECK(wrong.code() == "method_not_allowed");
  CHECK(wrong.headers.at("allow") == "POST, GET, HEAD");
  for (const std::string method : {"TRACE", "TRACK", "CONNECT", "FROBNICATE", "OPTIONS", "PATCH"}) {
    CHECK_MESSAGE(world.send(method, "/api/v1/requests").status == 405, method);
  }
  CHECK(world.send("TRACE", "/nothing").status == 405);
  CHECK(world.send("HEAD", "/healthz").status == 200);
  CHECK(world.send("GET", "/healthz", {{"Content-Type", "application/json"}}, "{}").code() == "unexpected_body");
  for (const std::string path :
       {"/api/v1/requests/..%2f..%2fadmin", "/%00", "/%ff", "/static/../app", "//healthz", "/healthz/"}) {
    CHECK_MESSAGE(world.send("GET", path).status == 404, path);
  }
}

/// What every answer has, whoever asked and whatever came of it.
void check_headers(const Reply& reply) {
  const auto& headers = reply.headers;
  const auto policy = headers.at("content-security-policy");
  for (const std::string part :
       {"default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"}) {
    CHECK_MESSAGE(policy.find(part) != std::string::npos, policy);
  }
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(headers.at("x-content-type-options") == "nosniff");
  CHECK(headers.at("referrer-policy") == "no-referrer");
  CHECK(headers.at("cross-origin-opener-policy") == "same-origin");
  CHECK(headers.at("cross-origin-resource-policy") == "same-origin");
  CHECK(headers.at("permissions-policy").find("camera=()") != std::string::npos);
  CHECK(headers.at("strict-transport-security") == "max-age=31536000; includeSubDomains");
  CHECK(headers.at("x-request-id").size() == 36);
}

TEST_CASE("[identity 34] Every answer of every route has the headers that bind a browser, also when it refuses") {
  AppWorld world;
  const auto admin = world.browser("admin");
  for (const auto& route : app::routes()) {
    const auto path = example_of(route.pattern);
    const std::string method(route.method);
    CAPTURE(path);
    for (const auto& reply :
         {world.send(method, path), world.send_as(admin, method == "GET" ? method : "FROB", path)}) {
      check_headers(reply);
      if (route.kind != app::Kind::asset) CHECK(reply.headers.at("cache-control") == "no-store");
    }
  }
  for (const std::string path : {"/nothing", "/api/v1/nothing"}) check_headers(world.send("GET", path));
  const auto broken = send_raw(world.running->port(), "GET /healthz HTTP/1.1\r\n\r\n");
  check_headers({broken.status, broken.headers, broken.body});
}

TEST_CASE("[identity 34] A page's scripts have a nonce that is new each time, and nothing else of it may run") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto nonce_of = [&] {
    const auto reply = world.send_as(alice, "GET", "/dashboard");
    const auto& policy = reply.headers.at("content-security-policy");
    const auto at = policy.find("script-src 'nonce-") + 18;
    const auto nonce = policy.substr(at, policy.find('\'', at) - at);
    CHECK(nonce.size() >= 22);
    CHECK(reply.body.find("nonce=\"" + nonce + "\"") != std::string::npos);
    return nonce;
  };
  CHECK(nonce_of() != nonce_of());
}

TEST_CASE("A repeated call with its Idempotency-Key finds what the first one made") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const std::string body = R"({"asn":64496,"zt_network_id":"8056c2e21c000001","node_id":"1122334455"})";
  const auto call = [&](const std::string& key, const std::string& text) {
    return world.send_as(alice, "POST", "/api/v1/requests", text, {{"Idempotency-Key", key}});
  };
  const auto first = call("one", body);
  REQUIRE(first.status == 201);
  const auto again = call("one", body);
  CHECK(again.status == 201);
  CHECK(again.data()["id"] == first.data()["id"]);
  CHECK(again.headers.at("idempotency-replayed") == "true");
  CHECK(call("one", R"({"asn":64496,"zt_network_id":"8056c2e21c000001"})").code() == "idempotency_mismatch");
  CHECK(call("two", body).code() == "request_exists");
  const auto refused_again = call("two", body);
  CHECK(refused_again.status == 409);
  CHECK(refused_again.headers.at("idempotency-replayed") == "true");
  CHECK(call("key with spaces", body).code() == "bad_idempotency_key");
  CHECK(world.count("request") == 1);
}

TEST_CASE("Ten identical calls at the same moment with one key make one request") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const std::string body = R"({"asn":64496,"zt_network_id":"8056c2e21c000001","node_id":"1122334455"})";
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 10; ++i) {
      threads.emplace_back([&] {
        static_cast<void>(world.send_as(alice, "POST", "/api/v1/requests", body, {{"Idempotency-Key", "same"}}));
      });
    }
  }
  CHECK(world.count("request") == 1);
}

TEST_CASE("Approving twice with one key answers twice and approves once") {
  AppWorld world;
  const auto alice = world.browser("alice");
  const auto admin = world.browser("admin");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  const auto approve = [&] {
    return world.send_as(admin, "POST", "/api/v1/admin/requests/" + id + "/approve", {}, {{"Idempotency-Key", "a"}});
  };
  const auto first = approve();
  const auto second = approve();
  CHECK(first.status == 200);
  CHECK(second.status == 200);
  CHECK(second.data()["status"] == "approved");
  CHECK(world.count("membership") == 1);
}

TEST_CASE("[identity 36] PostgreSQL gone is 503 with the envelope, and everything works again when it is back") {
  AppWorld world;
  const auto alice = world.browser("alice");
  TestServer::instance().stop();
  const auto reply = world.send_as(alice, "GET", "/api/v1/requests");
  CHECK(reply.status == 503);
  CHECK(reply.headers.at("retry-after") == "1");
  CHECK(reply.body.find("127.0.0.1") == std::string::npos);
  CHECK(world.send("GET", "/readyz").status == 503);
  CHECK(world.send("GET", "/healthz").status == 200);
  TestServer::instance().start();
  CHECK(world.send_as(alice, "GET", "/api/v1/requests").status == 200);
}

TEST_CASE("[identity 36] A fault of ours is told with the request id, and without statements, tables or paths") {
  AppWorld world;
  const auto alice = world.browser("alice");
  world.database.sql("ALTER VIEW request_detail RENAME TO a_view_that_is_gone");
  for (const std::string path :
       {"/api/v1/requests/7b0c5f5e-0000-4000-8000-000000000000", "/requests/7b0c5f5e-0000-4000-8000-000000000000"}) {
    const auto reply = world.send_as(alice, "GET", path);
    CAPTURE(reply.body);
    CHECK(reply.status >= 500);
    CHECK(reply.body.find(reply.headers.at("x-request-id")) != std::string::npos);
    for (const std::string inside : {"SELECT", "request_detail", "relation", "/work", "/tmp", "127.0.0.1", ".cpp"}) {
      CHECK_MESSAGE(reply.body.find(inside) == std::string::npos, inside);
    }
  }
}

TEST_CASE("X-Forwarded-For of a stranger is not believed in the audit") {
  AppWorld world;
  static_cast<void>(world.login("alice", "not the password at all", {{"X-Forwarded-For", "203.0.113.9"}}));
  const auto address = world.database.sql("SELECT host(remote_address::inet) AS a FROM audit ORDER BY id DESC LIMIT 1")
                           .one()
                           .get<std::string>("a");
  CHECK(address == "127.0.0.1");
}

}  // namespace
}  // namespace ztix::test
