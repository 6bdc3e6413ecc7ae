#include <doctest/doctest.h>

#include "core/queue/redis_session_store.h"
#include "core/service/system.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

/// An exchange whose policy approves, and PeeringDB's entry of AS64496.
struct PolicyAppWorld : AppWorld {
  PolicyAppWorld() : AppWorld([](auto& settings) { settings.approval_mode = config::ApprovalMode::policy_auto; }) {
    database.sql(
        "INSERT INTO user_asn (user_id, asn, source, proven_at) SELECT id, 64496, 'peeringdb', now() FROM app_user "
        "WHERE username = 'alice'");
    const json entry{{"name", "Example"},
                     {"aka", ""},
                     {"as_sets", {{"sets", {"RIPE::AS-EXAMPLE"}}, {"unreadable", json::array()}}},
                     {"prefixes_v4", 10},
                     {"prefixes_v6", 10},
                     {"ipv6", true},
                     {"never_via_route_servers", false},
                     {"policy", "Open"},
                     {"policy_url", ""},
                     {"website", ""},
                     {"exchanges", 1},
                     {"route_server_exchanges", 1},
                     {"contacts", json::array()}};
    database.sql("INSERT INTO peeringdb_network (asn, content, seen_at, asked_at) VALUES (64496, $1, now(), now())",
                 {entry.dump()});
  }

  /// Alice as a login through PeeringDB leaves her.
  [[nodiscard]] Browser through_peeringdb() {
    const auto user = accounts.find_login("alice").value().value().user;
    const service::Session session{.user_id = user.id,
                                   .csrf_token = "csrf-of-a-test",
                                   .created_at = clock.now(),
                                   .proof = {service::LoginSource::peeringdb, {}},
                                   .login_epoch = user.login_epoch};
    const auto token = sessions.create(session).value();
    return {"__Host-ztix=" + token.expose(), session.csrf_token};
  }
  [[nodiscard]] json judgement(const std::string& id) {
    return json::parse(database
                           .sql("SELECT facts FROM audit WHERE action = 'request.judged' AND subject_id = $1 AND "
                                "actor_kind = 'policy'",
                                {id})
                           .one()
                           .get<std::string>("facts"));
  }

  service::SystemClock clock;
  service::SystemRandom random;
  queue::RedisPool pool{queue::RedisAddress::parse(redis().url()).value(), std::chrono::seconds(2)};
  queue::RedisSessionStore sessions{pool, clock, random, {}};
};

TEST_CASE("With policy_auto a request that PeeringDB vouches for is approved at once, with each rule in the audit") {
  PolicyAppWorld world;
  const auto made = world.new_request(world.through_peeringdb());
  CHECK(made["status"] == "approved");
  const auto facts = world.judgement(made["id"]);
  CHECK(facts["verdict"] == "approve");
  for (const std::string rule :
       {"asn_proven", "entry_complete", "as_set", "not_denied", "asn_limit", "user_limit", "node_is_new"}) {
    CHECK_MESSAGE(facts[rule] == "holds", rule);
  }
  CHECK(world.count("audit WHERE action = 'request.approved' AND actor_kind = 'policy'") == 1);
  CHECK(world.count("job WHERE kind = 'member.provision'") == 1);
}

TEST_CASE("[identity 24] With policy_auto a login by password waits for a person, who reads which rule did not hold") {
  PolicyAppWorld world;
  const auto made = world.new_request(world.browser("alice"));
  CHECK(made["status"] == "pending");
  const auto id = made["id"].get<std::string>();
  CHECK(world.judgement(id)["verdict"] == "a person decides");
  const auto dossier = world.send_as(world.browser("auditor"), "GET", "/api/v1/admin/requests/" + id);
  CHECK(dossier.body.find("PeeringDB did not prove the ASN in this login") != std::string::npos);
  const auto page = world.send_as(world.browser("auditor"), "GET", "/admin/requests/" + id);
  CHECK(page.body.find("did not prove the ASN in this login") != std::string::npos);
  CHECK(world.count("job WHERE kind = 'member.provision'") == 0);
}

TEST_CASE("[identity 24] Without policy_auto nobody but a person approves") {
  AppWorld world;
  CHECK(world.new_request(world.browser("alice"))["status"] == "pending");
  CHECK(world.count("audit WHERE action = 'request.judged'") == 0);
}

}  // namespace
}  // namespace ztix::test
