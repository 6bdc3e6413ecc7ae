#include <doctest/doctest.h>

#include "core/service/api_tokens.h"
#include "core/service/system.h"
#include "core/store/token_store.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

/// An application and the tokens of its people, made as `ztix token create` does.
struct TokenAppWorld : AppWorld {
  service::IssuedToken issue(const std::string& username, service::TokenScope scope) {
    const auto user = accounts.find_login(username).value().value().user;
    return tokens.issue(user, {"a test", scope, 30}, cli()).value();
  }
  [[nodiscard]] Reply with(const std::string& token, const std::string& method, const std::string& path,
                           const std::string& body = {}, const HeaderList& more = {}) const {
    HeaderList headers{{"Authorization", "Bearer " + token}};
    if (!body.empty()) headers["Content-Type"] = "application/json";
    for (const auto& [name, value] : more) headers[name] = value;
    return send(method, path, headers, body);
  }
  [[nodiscard]] Reply with(const service::IssuedToken& token, const std::string& method, const std::string& path,
                           const std::string& body = {}, const HeaderList& more = {}) const {
    return with(token.text.expose(), method, path, body, more);
  }
  std::int64_t refusals(const std::string& why) {
    return database.sql("SELECT count(*) AS n FROM audit WHERE action = 'token.refused' AND facts->>'why' = $1", {why})
        .one()
        .get<std::int64_t>("n");
  }

  service::SystemRandom random;
  store::PgTokenStore store{owner};
  service::ApiTokens tokens{store, random};
};

const std::string kWish =
    json{{"asn", 64496}, {"zt_network_id", kNetwork}, {"node_id", kNode}, {"note", "by a program"}}.dump();

TEST_CASE("[identity 26] A token made by its user works, is shown once and is stored nowhere") {
  TokenAppWorld world;
  const auto alice = world.browser("alice");
  const json wish{{"name", "monitoring"}, {"scope", "read"}, {"days", 90}};
  const auto made = world.send_as(alice, "POST", "/api/v1/tokens", wish.dump());
  REQUIRE(made.status == 201);
  const auto text = made.data()["token"].get<std::string>();
  CHECK(made.headers.at("cache-control") == "no-store");
  CHECK(world.with(text, "GET", "/api/v1/me").data()["username"] == "alice");
  const auto list = world.send_as(alice, "GET", "/api/v1/tokens");
  CHECK(list.body.find(text) == std::string::npos);
  CHECK(list.data()[0]["name"] == "monitoring");
  CHECK(list.data()[0]["state"] == "live");
  CHECK(list.data()[0]["last_used_at"].is_string());
  const auto stored = world.database
                          .sql(
                              "SELECT (SELECT string_agg(t::text, '') FROM api_token t) || (SELECT "
                              "string_agg(a::text, '') FROM audit a) AS text")
                          .one()
                          .get<std::string>("text");
  CHECK(stored.find(text) == std::string::npos);
  CHECK(stored.find("token.created") != std::string::npos);
}

TEST_CASE("A program with the scope request asks to join without a CSRF token, and the audit names its token") {
  TokenAppWorld world;
  const auto token = world.issue("alice", service::TokenScope::request);
  const auto made = world.with(token, "POST", "/api/v1/requests", kWish, {{"Idempotency-Key", "k1"}});
  REQUIRE(made.status == 201);
  CHECK(world.with(token, "POST", "/api/v1/requests", kWish, {{"Idempotency-Key", "k1"}}).data()["id"] ==
        made.data()["id"]);
  const auto row =
      world.database.sql("SELECT actor_name, facts->>'token' AS token FROM audit WHERE action = 'request.created'")
          .one();
  CHECK(row.get<std::string>("actor_name") == "alice");
  CHECK(row.get<std::string>("token") == token.token.id.text());
}

TEST_CASE("[identity 26] The scope read changes nothing") {
  TokenAppWorld world;
  const auto token = world.issue("alice", service::TokenScope::read);
  const auto refused = world.with(token, "POST", "/api/v1/requests", kWish);
  CHECK(refused.status == 403);
  CHECK(refused.code() == "scope_missing");
  CHECK(refused.headers.at("www-authenticate") == "Bearer realm=\"ztix\", error=\"insufficient_scope\"");
  CHECK(world.count("request") == 0);
  CHECK(world.refusals("scope_missing") == 1);
  CHECK(world.with(token, "GET", "/api/v1/requests").status == 200);
}

TEST_CASE("[identity 26] A scope gives no rights that its user does not have") {
  TokenAppWorld world;
  const auto token = world.issue("chief", service::TokenScope::admin);
  CHECK(world.with(token, "GET", "/api/v1/admin/requests").status == 200);
  service::UserChange change;
  change.remove_roles = {domain::Role::admin};
  REQUIRE(world.accounts.update_user("chief", change, AppWorld::cli()));
  CHECK(world.with(token, "GET", "/api/v1/admin/requests").code() == "role_missing");
  const auto request = world.issue("admin", service::TokenScope::request);
  CHECK(world.with(request, "GET", "/api/v1/admin/requests").code() == "scope_missing");
  const auto mine = world.new_request(world.browser("alice"))["id"].get<std::string>();
  const auto bob = world.issue("bob", service::TokenScope::request);
  CHECK(world.with(bob, "GET", "/api/v1/requests/" + mine).status == 404);
}

TEST_CASE("[identity 26] A decision that wants a second factor cannot be made with a token") {
  TokenAppWorld world;
  const auto id = world.new_request(world.browser("alice"))["id"].get<std::string>();
  const auto token = world.issue("admin", service::TokenScope::admin);
  CHECK(world.with(token, "POST", "/api/v1/admin/requests/" + id + "/approve").code() == "login_needed");
  const json wish{{"name", "child"}, {"scope", "read"}, {"days", 1}};
  CHECK(world.with(token, "POST", "/api/v1/tokens", wish.dump()).code() == "login_needed");
  CHECK(world.with(token, "POST", "/api/v1/auth/logout").code() == "login_needed");
  CHECK(world.count("api_token") == 1);
  const json question{{"message", "Which router?"}};
  CHECK(world.with(token, "POST", "/api/v1/admin/requests/" + id + "/ask", question.dump()).status == 200);
}

TEST_CASE("[identity 26] A token never adds its rights to those of a cookie, nor the other way round") {
  TokenAppWorld world;
  const auto admin = world.browser("admin");
  const auto token = world.issue("alice", service::TokenScope::read);
  const HeaderList both{{"Cookie", admin.cookie}, {"X-CSRF-Token", admin.csrf}};
  CHECK(world.with(token, "GET", "/api/v1/me", {}, both).data()["username"] == "alice");
  CHECK(world.with(token, "GET", "/api/v1/admin/requests", {}, both).status == 403);
  CHECK(world.with("ztix_wrong", "GET", "/api/v1/me", {}, both).status == 401);
  CHECK(world.with("ztix_wrong", "GET", "/dashboard", {}, both).status == 303);
  CHECK(world.with(token, "GET", "/dashboard", {}, both).status == 303);
}

TEST_CASE(
    "[identity 26] Wrong, revoked and expired tokens and those of disabled users are 401 and say how to do better") {
  TokenAppWorld world;
  const auto revoked = world.issue("alice", service::TokenScope::read);
  const auto expired = world.issue("alice", service::TokenScope::read);
  const auto disabled = world.issue("bob", service::TokenScope::read);
  const auto alice = world.browser("alice");
  CHECK(world.send_as(alice, "POST", "/api/v1/tokens/" + revoked.token.id.text() + "/revoke").data()["state"] ==
        "revoked");
  world.database.sql(
      "UPDATE api_token SET created_at = created_at - interval '30 days', expires_at = now() WHERE id = $1",
      {expired.token.id});
  service::UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts.update_user("bob", change, AppWorld::cli()));
  for (const auto& text : {revoked.text.expose(), expired.text.expose(), disabled.text.expose(),
                           "ztix_" + std::string(43, 'x'), std::string("x")}) {
    const auto refused = world.with(text, "GET", "/api/v1/me");
    CHECK(refused.status == 401);
    CHECK(refused.code() == "invalid_token");
    CHECK(refused.headers.at("www-authenticate") == "Bearer realm=\"ztix\", error=\"invalid_token\"");
  }
  for (const std::string why : {"revoked", "expired", "account_disabled"}) CHECK(world.refusals(why) == 1);
  CHECK(world.refusals("unknown_token") == 2);
  CHECK(world.send("GET", "/api/v1/me").headers.at("www-authenticate") == "Bearer realm=\"ztix\"");
}

TEST_CASE("[identity 26] Nobody revokes a token of somebody else, or sees it") {
  TokenAppWorld world;
  const auto token = world.issue("alice", service::TokenScope::read);
  const auto bob = world.browser("bob");
  CHECK(world.send_as(bob, "POST", "/api/v1/tokens/" + token.token.id.text() + "/revoke").status == 404);
  CHECK(world.send_as(bob, "GET", "/api/v1/tokens").data().empty());
  CHECK(world.with(token, "GET", "/api/v1/me").status == 200);
}

}  // namespace
}  // namespace ztix::test
