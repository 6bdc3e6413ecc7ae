#include <tuple>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/api_tokens.h"
#include "core/service/system.h"
#include "core/store/token_store.h"
#include "tests/integration/app/peeringdb_world.h"

namespace ztix::test {
namespace {

TEST_CASE("A stranger logs in through PeeringDB and asks to join with a network that is his") {
  PeeringDbWorld world;
  const auto started = world.start({}, "/dashboard");
  const auto reply = world.callback(world.answer_for(started), started.cookie);
  REQUIRE(reply.status == 200);
  CHECK(reply.data()["next"] == "/dashboard");
  CHECK(world.last_audit() == "login.succeeded ");
  CHECK(reply.headers.at("set-cookie").find("__Host-ztix-login=; Path=/") != std::string::npos);
  const auto nora = world.browser_of(reply);
  const auto me = world.world.send_as(nora, "GET", "/api/v1/me").data();
  CHECK(me["username"] == "nora.newcomer-pdb7");
  CHECK(me["roles"] == json::array({"operator"}));
  CHECK(me["asns"] == json::array({64496, 64600, 64601}));
  const json wish{{"asn", 64600}, {"zt_network_id", kOpenNetwork}, {"node_id", kNode}};
  CHECK(world.world.send_as(nora, "POST", "/api/v1/requests", wish.dump()).status == 201);
}

TEST_CASE("[identity 1] Each login that begins has its own state, nonce and S256 challenge") {
  PeeringDbWorld world;
  const auto one = parameters_of(world.start().url);
  const auto two = parameters_of(world.start().url);
  for (const auto& asked : {one, two}) {
    CHECK(asked.at("code_challenge_method") == "S256");
    CHECK(asked.at("scope") == "openid profile email networks amr");
    CHECK(asked.at("redirect_uri") == "https://ix.example.net/auth/callback");
  }
  for (const char* name : {"state", "nonce", "code_challenge"}) {
    CHECK(one.at(name).size() == 43);
    CHECK(one.at(name) != two.at(name));
  }
}

TEST_CASE("[identity 2] An answer is refused for another browser, a second time, without its iss and with another") {
  PeeringDbWorld world;
  const auto started = world.start();
  auto answer = world.answer_for(started);
  CHECK(world.callback(answer, world.start().cookie).code() == "invalid_state");
  CHECK(world.last_audit() == "login.refused invalid_state");
  CHECK(world.callback(answer, started.cookie).code() == "invalid_state");
  CHECK(world.callback({}, started.cookie).code() == "invalid_state");
  for (const char* fault : {"missing", "wrong"}) {
    world.peeringdb.faults({{"callback_iss", fault}});
    CHECK(world.log_in().code() == "invalid_issuer");
    CHECK(world.last_audit() == "login.refused invalid_issuer");
  }
  CHECK(world.world.count("external_identity") == 0);
}

TEST_CASE("[identity 2] An answer that comes after ten minutes is expired_state") {
  PeeringDbWorld world;
  const auto started = world.start();
  const auto answer = world.answer_for(started);
  queue::RedisPool redis(queue::RedisAddress::parse(AppWorld::redis().url()).value(), std::chrono::seconds(2));
  const auto keys = redis.command({"KEYS", "ztix:login-attempt:*"}).value();
  REQUIRE(keys.items.size() == 1);
  auto attempt = json::parse(redis.command({"GET", keys.items[0].text}).value().text);
  attempt["began_at"] = attempt["began_at"].get<std::int64_t>() - 600'000'000;
  REQUIRE(redis.command({"SET", keys.items[0].text, attempt.dump()}));
  const auto reply = world.callback(answer, started.cookie);
  CHECK(reply.code() == "expired_state");
  CHECK(reply.status == 401);
}

TEST_CASE("[identity 3] Each wrong ID token is refused with its own code, and nobody is let in") {
  PeeringDbWorld world;
  for (const auto& [fault, code] : std::map<std::string, std::string>{{"wrong_nonce", "invalid_nonce"},
                                                                      {"expired", "invalid_id_token"},
                                                                      {"bad_signature", "invalid_id_token"},
                                                                      {"alg_none", "invalid_id_token"},
                                                                      {"alg_hs256", "invalid_id_token"},
                                                                      {"wrong_aud", "invalid_id_token"},
                                                                      {"wrong_iss", "invalid_id_token"}}) {
    CAPTURE(fault);
    world.peeringdb.faults({{"id_token", fault}});
    const auto reply = world.log_in();
    CHECK(reply.code() == code);
    CHECK(reply.headers.count("set-cookie") == 0);
    CHECK(world.last_audit() == "login.refused " + code);
  }
  CHECK(world.world.count("external_identity") == 0);
}

TEST_CASE("[identity 4] A new e-mail address is the same account, and an unverified one is let in nowhere") {
  PeeringDbWorld world;
  const auto first = world.log_in().data()["id"];
  world.peeringdb.set_email("alice@example.net");
  CHECK(world.log_in().data()["id"] == first);
  CHECK(world.world.count("external_identity") == 1);
  world.peeringdb.faults({{"unverified_email", true}});
  CHECK(world.log_in().code() == "unverified_email");
  world.peeringdb.faults({{"unverified_user", true}});
  CHECK(world.log_in().code() == "unverified_user");
}

TEST_CASE("[identity 5] The redirect address comes from the settings, whatever Host says") {
  PeeringDbWorld world;
  for (const char* host : {"evil.example", "ix.example.net:444"}) {
    const auto asked = parameters_of(world.start({}, {}, {{"X-Forwarded-Host", host}}).url);
    CHECK(asked.at("redirect_uri") == "https://ix.example.net/auth/callback");
  }
  const auto raw = send_raw(world.world.running->port(),
                            "POST /api/v1/auth/peeringdb/start HTTP/1.1\r\nHost: evil.example\r\nConnection: "
                            "close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
  REQUIRE(raw.status == 200);
  CHECK(raw.body.find("evil.example") == std::string::npos);
  CHECK(raw.body.find("https%3a%2f%2fix.example.net%2fauth%2fcallback") != std::string::npos);
}

TEST_CASE("[identity 5] After a login one goes to a page of this site or to the first one") {
  PeeringDbWorld world;
  const auto next_of = [&](const std::string& wanted) {
    const auto started = world.start({}, wanted);
    return world.callback(world.answer_for(started), started.cookie).data()["next"];
  };
  CHECK(next_of("/requests/00000000-0000-4000-8000-000000000000?a=b") ==
        "/requests/00000000-0000-4000-8000-000000000000?a=b");
  for (const char* elsewhere : {"https://evil.example/", "//evil.example/", "/\\evil.example", "/nowhere", "/login",
                                "/auth/callback", "/api/v1/me", "/static/a/b", "dashboard", "/dashboard\r\nX: y"}) {
    CHECK_MESSAGE(next_of(elsewhere) == "/dashboard", elsewhere);
  }
}

TEST_CASE(
    "[identity 6] The callback page leaks nothing: no referrer, no cache, no outside script, nothing of its address") {
  PeeringDbWorld world;
  const auto page = world.world.send("GET", "/auth/callback?code=the-code-itself&state=the-state-itself");
  CHECK(page.status == 200);
  CHECK(page.headers.at("referrer-policy") == "no-referrer");
  CHECK(page.headers.at("cache-control") == "no-store");
  CHECK(page.headers.at("content-security-policy").find("default-src 'none'") != std::string::npos);
  CHECK(page.body.find("the-code-itself") == std::string::npos);
  CHECK(page.body.find("the-state-itself") == std::string::npos);
}

TEST_CASE("[identity 6] Neither tokens nor codes are in what the browser gets or what is kept") {
  PeeringDbWorld world;
  const auto started = world.start();
  const auto answer = world.answer_for(started);
  const auto reply = world.callback(answer, started.cookie);
  REQUIRE(reply.status == 200);
  const auto kept = world.world.database
                        .sql(
                            "SELECT (SELECT string_agg(a::text, '') FROM audit a) || (SELECT string_agg(e::text, '') "
                            "FROM external_identity e) AS text")
                        .one()
                        .get<std::string>("text");
  for (const auto& text : {reply.body, kept}) {
    CHECK(text.find(answer.at("code")) == std::string::npos);
    CHECK(text.find(answer.at("state")) == std::string::npos);
    CHECK(text.find("access_token") == std::string::npos);
    // Every JWT begins so.
    CHECK(text.find("eyJ") == std::string::npos);
  }
}

TEST_CASE("[identity 7] A PeeringDB that breaks, redirects, floods or is busy costs a login and no more") {
  PeeringDbWorld world;
  REQUIRE(world.log_in().status == 200);
  for (const char* endpoint : {"token", "profile"}) {
    for (const char* fault : {"server_error", "not_json", "huge", "redirect"}) {
      CAPTURE(endpoint);
      CAPTURE(fault);
      world.peeringdb.faults({{"endpoints", {{endpoint, fault}}}});
      const auto reply = world.log_in();
      CHECK(reply.code() == "upstream_auth_failure");
      CHECK(reply.status == 502);
    }
  }
  world.peeringdb.faults({{"endpoints", {{"token", "rate_limited"}}}});
  CHECK(world.log_in().code() == "upstream_rate_limited");
  CHECK(world.last_audit() == "login.refused upstream_rate_limited");
  world.peeringdb.faults({{"endpoints", {{"profile", "time_out"}}}});
  const auto began = std::chrono::steady_clock::now();
  CHECK(world.log_in().code() == "upstream_auth_failure");
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(took > std::chrono::milliseconds(4'900));
  CHECK(took < std::chrono::seconds(15));
  world.peeringdb.faults(json::object());
  CHECK(world.log_in().status == 200);
}

TEST_CASE("[identity 22] A login gives a new session and ends the one that the browser had") {
  PeeringDbWorld world;
  const auto before = world.world.browser("alice");
  const auto started = world.start(before.cookie);
  const auto both = before.cookie + "; " + started.cookie;
  const auto after = world.browser_of(world.callback(world.answer_for(started), both));
  CHECK(after.cookie != before.cookie);
  CHECK(world.world.send_as(before, "GET", "/api/v1/me").status == 401);
  CHECK(world.world.send_as(after, "GET", "/api/v1/me").data()["username"] == "nora.newcomer-pdb7");
}

TEST_CASE("[identity 22] Another site can neither begin nor finish a login") {
  PeeringDbWorld world;
  for (const char* path : {"/api/v1/auth/peeringdb/start", "/api/v1/auth/peeringdb/callback"}) {
    const auto foreign = world.world.send(
        "POST", path, {{"Content-Type", "application/json"}, {"Origin", "https://evil.example"}}, "{}");
    CHECK(foreign.code() == "cross_site");
    const auto form =
        world.world.send("POST", path, {{"Content-Type", "application/x-www-form-urlencoded"}}, "state=a");
    CHECK(form.status == 415);
  }
}

TEST_CASE("[identity 24] Without the right to edit at PeeringDB one may look and not ask, and is told why") {
  PeeringDbWorld world;
  const auto alice = world.world.browser("alice");
  const auto request = world.world.new_request(alice);
  const auto rita = world.browser_of(world.log_in(8));
  CHECK(world.world.send_as(rita, "GET", "/api/v1/requests/" + request["id"].get<std::string>()).status == 200);
  const json wish{{"asn", 64496}, {"zt_network_id", kOpenNetwork}, {"node_id", "66778899aa"}};
  const auto refused = world.world.send_as(rita, "POST", "/api/v1/requests", wish.dump());
  CHECK(refused.status == 403);
  CHECK(refused.code() == "asn_read_only");
  const auto asns = world.world.send_as(rita, "GET", "/api/v1/asns").data();
  CHECK(asns == json::array({{{"asn", 64496}, {"source", "peeringdb"}, {"rights", "read_only"}}}));
  const auto page = world.world.send_as(rita, "GET", "/dashboard").body;
  CHECK(page.find("AS64496: PeeringDB lets you look at this network but not edit it") != std::string::npos);
  CHECK(page.find("data-api=\"/api/v1/requests\"") == std::string::npos);
}

TEST_CASE("[identity 24] A proof that is older than 30 days changes nothing until the next login") {
  PeeringDbWorld world;
  auto nora = world.browser_of(world.log_in());
  world.world.database.sql("UPDATE user_asn SET proven_at = now() - interval '30 days' WHERE source = 'peeringdb'");
  const json wish{{"asn", 64600}, {"zt_network_id", kOpenNetwork}, {"node_id", kNode}};
  CHECK(world.world.send_as(nora, "POST", "/api/v1/requests", wish.dump()).code() == "asn_proof_too_old");
  nora = world.browser_of(world.log_in());
  CHECK(world.world.send_as(nora, "POST", "/api/v1/requests", wish.dump()).status == 201);
}

TEST_CASE(
    "[identity 24] Under a proof that is too old neither a person nor a program changes anything, and both may look") {
  PeeringDbWorld world;
  const auto nora = world.browser_of(world.log_in());
  const json wish{{"asn", 64600}, {"zt_network_id", kOpenNetwork}};
  const auto id = world.world.send_as(nora, "POST", "/api/v1/requests", wish.dump()).data()["id"].get<std::string>();
  service::SystemRandom random;
  store::PgTokenStore tokens(world.world.owner);
  const auto owner_id =
      world.world.database.sql("SELECT id FROM app_user WHERE username = 'nora.newcomer-pdb7'").one().get<Uuid>("id");
  const auto token = service::ApiTokens(tokens, random)
                         .issue(world.world.accounts.user(owner_id).value(),
                                {"a program", service::TokenScope::request, 30}, AppWorld::cli())
                         .value();
  const HeaderList bearer{{"Authorization", "Bearer " + token.text.expose()}, {"Content-Type", "application/json"}};
  world.world.database.sql("UPDATE user_asn SET proven_at = now() - interval '30 days' WHERE source = 'peeringdb'");
  const std::string path = "/api/v1/requests/" + id;
  for (const auto& [method, target, body] : std::vector<std::tuple<std::string, std::string, json>>{
           {"POST", "/api/v1/requests", wish},
           {"PUT", path + "/node-id", {{"node_id", kNode}}},
           {"POST", path + "/withdraw", json::object()},
           {"POST", path + "/answer", {{"message", "x"}}},
           {"POST", path + "/leave", json::object()},
           {"POST", path + "/sessions/clear-limit", json::object()}}) {
    const auto person = world.world.send_as(nora, method, target, body.dump());
    const auto program = world.world.send(method, target, bearer, body.dump());
    for (const auto& reply : {person, program}) {
      CHECK_MESSAGE(reply.status == 403, method << " " << target);
      CHECK(reply.code() == "asn_proof_too_old");
      CHECK(reply.body.find("log in again through PeeringDB") != std::string::npos);
    }
  }
  CHECK(world.world.send_as(nora, "GET", path).status == 200);
  CHECK(world.world.send("GET", path, bearer).status == 200);
  CHECK(world.world.database.sql("SELECT count(*) AS n FROM audit WHERE action = 'token.refused'")
            .one()
            .get<std::int64_t>("n") > 0);
  // A number that an administrator gave does not age.
  service::UserChange given;
  given.add_asns = {domain::Asn::from_number(64600).value()};
  REQUIRE(world.world.accounts.update_user("nora.newcomer-pdb7", given, AppWorld::cli()));
  CHECK(world.world.send("PUT", path + "/node-id", bearer, json{{"node_id", kNode}}.dump()).status == 200);
}

TEST_CASE("PeeringDB is asked at once about the numbers that a login brings, and only when it brings new ones") {
  PeeringDbWorld world;
  const auto jobs = [&world](const std::string& when) {
    return world.world.database
        .sql("SELECT count(*) AS n FROM job WHERE kind = 'peeringdb.refresh' AND state = 'ready' AND run_at " + when)
        .one()
        .get<std::int64_t>("n");
  };
  world.world.database.sql("DELETE FROM job");
  REQUIRE(world.log_in().status == 200);
  CHECK(jobs("<= now()") == 1);
  world.world.database.sql("UPDATE job SET run_at = now() + interval '1 hour'");
  REQUIRE(world.log_in().status == 200);
  CHECK(jobs("> now()") == 1);
  REQUIRE(world.log_in(8).status == 200);
  CHECK(jobs("<= now()") == 1);
}

TEST_CASE("[identity 12] Logins through PeeringDB that come to nothing slow their address block down, and no other") {
  PeeringDbWorld world;
  const auto from = [](const std::string& address) { return HeaderList{{"X-Forwarded-For", address}}; };
  for (int i = 0; i < 60; ++i) REQUIRE_FALSE(world.start({}, {}, from("198.51.100.7")).url.empty());
  const auto refused = world.world.send("POST", "/api/v1/auth/peeringdb/start", from("198.51.100.8"));
  CHECK(refused.status == 429);
  CHECK(refused.code() == "too_many_attempts");
  CHECK(refused.headers.at("retry-after") == "1");
  CHECK(world.last_audit() == "login.throttled ");
  CHECK_FALSE(world.start({}, {}, from("198.51.101.8")).url.empty());
}

TEST_CASE("Who lost a network at PeeringDB loses it and his sessions at the next login; the member stays") {
  PeeringDbWorld world;
  const auto alice = world.world.browser("alice");
  const auto request = world.world.new_request(alice)["id"].get<std::string>();
  const auto admin = world.world.browser("admin");
  REQUIRE(world.world.send_as(admin, "POST", "/api/v1/admin/requests/" + request + "/approve", "{}").status == 200);
  const auto before = world.browser_of(world.log_in());
  world.peeringdb.set_networks({{{"id", 2}, {"perms", 15}}});
  const auto after = world.browser_of(world.log_in());
  CHECK(world.world.send_as(before, "GET", "/api/v1/me").status == 401);
  CHECK(world.world.send_as(after, "GET", "/api/v1/me").data()["asns"] == json::array({64600}));
  CHECK(world.world.send_as(after, "GET", "/api/v1/requests/" + request).status == 404);
  CHECK(world.world.send_as(alice, "GET", "/api/v1/requests/" + request).data()["status"] == "approved");
  const auto facts = world.world.database.sql("SELECT facts::text FROM audit WHERE action = 'user.asns_lost'")
                         .one()
                         .get<std::string>("facts");
  CHECK(json::parse(facts) ==
        json{{"asns", "64496 64601"}, {"why", "PeeringDB no longer names them"}, {"sessions", "ended"}});
  const auto tasks = world.world.send_as(admin, "GET", "/api/v1/admin/tasks?open=true").data();
  REQUIRE(tasks.size() == 1);
  CHECK(tasks[0]["asn"] == 64496);
  CHECK(world.world.send_as(admin, "GET", "/admin/operations").body.find("Done with AS64496") != std::string::npos);
  const auto done = "/api/v1/admin/tasks/" + tasks[0]["id"].dump() + "/done";
  CHECK(world.world.send_as(admin, "POST", done).status == 200);
  CHECK(world.world.send_as(admin, "POST", done).code() == "no_open_task");
}

TEST_CASE("A list of networks that is missing, empty or broken changes nothing and asks again") {
  PeeringDbWorld world;
  const auto before = world.browser_of(world.log_in());
  for (const char* fault : {"missing", "empty", "malformed", "malformed_item"}) {
    CAPTURE(fault);
    world.peeringdb.faults({{"networks", fault}});
    CHECK(world.log_in().code() == "networks_unusable");
    CHECK(world.world.send_as(before, "GET", "/api/v1/me").data()["asns"] == json::array({64496, 64600, 64601}));
  }
}

TEST_CASE("Who does not consent comes back to the login page, which says what to do") {
  PeeringDbWorld world;
  const auto started = world.start();
  const auto answer = parameters_of(world.peeringdb.consent(started.url, 7, false));
  const auto reply = world.callback(answer, started.cookie);
  CHECK(reply.status == 403);
  CHECK(reply.code() == "access_denied");
  const auto page = world.world.send("GET", "/login?problem=access_denied").body;
  CHECK(page.find("Begin again and choose to authorize") != std::string::npos);
  CHECK(page.find("Continue with PeeringDB") != std::string::npos);
  const auto odd = world.world.send("GET", "/login?problem=%3Cb%3Ecall%20this%20number%3C/b%3E").body;
  CHECK(odd.find("call this number") == std::string::npos);
  CHECK(odd.find("The login did not work") != std::string::npos);
}

TEST_CASE("A callback with fields of others, or that is no JSON, is refused before its state is looked for") {
  PeeringDbWorld world;
  const auto started = world.start();
  auto answer = world.answer_for(started);
  auto more = answer;
  more["redirect_uri"] = "https://evil.example/";
  CHECK(world.callback(more, started.cookie).code() == "unknown_field");
  CHECK(world.callback(answer, started.cookie).status == 200);
}

}  // namespace
}  // namespace ztix::test
