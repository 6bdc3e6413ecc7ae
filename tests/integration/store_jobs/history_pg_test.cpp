/// What the worker forgets, and what it must not.

#include "core/store/history.h"
#include "tests/integration/store_jobs/delivery_pg_fixture.h"

using namespace ztix;
using namespace ztix::test;

namespace {

using Purged = std::map<std::string, int>;

/// As the role of the worker, so the grants are proven too.
struct Forgetting : Delivery<PgExchange> {
  Purged purge(int batch = store::PgHistory::kBatch) {
    return store::PgHistory(world.worker, {std::chrono::hours(7 * 24), std::chrono::hours(90 * 24)})
        .purge(batch)
        .value();
  }
  void job(const std::string& kind, const std::string& subject, const std::string& state, int days) {
    world.database.sql(
        "INSERT INTO job (kind, subject, state, finished_at, lease_until, worker) VALUES ($1, $2, $3::text, "
        "CASE WHEN $3::text IN ('done', 'cancelled', 'dead') THEN now() - $4::int * interval '1 day' END, now(), 'w')",
        {kind, subject, state, days});
  }
  std::string subjects() {
    return world.value("SELECT coalesce(string_agg(subject, ' ' ORDER BY subject), '') FROM job");
  }
};

}  // namespace

TEST_CASE("Jobs that ran are forgotten after their time; those that wait, run or will come back are not") {
  Forgetting exchange;
  exchange.world.database.sql("DELETE FROM job");
  exchange.job("rs.apply", "a:old-done", "done", 8);
  exchange.job("rs.apply", "b:new-done", "done", 6);
  exchange.job("rs.apply", "c:old-cancelled", "cancelled", 8);
  exchange.job("rs.apply", "d:old-dead", "dead", 400);
  exchange.job("mail.send", "e:old-mail", "dead", 91);
  exchange.job("mail.send", "f:new-mail", "dead", 89);
  exchange.job("rs.apply", "g:ready", "ready", 0);
  exchange.job("rs.apply", "h:running", "running", 0);
  CHECK(exchange.purge() == Purged{{"jobs", 2}, {"dead_jobs", 1}});
  CHECK(exchange.subjects() == "b:new-done d:old-dead f:new-mail g:ready h:running");
  CHECK(exchange.purge().empty());
}

TEST_CASE("Old jobs go in small batches, oldest first, and what somebody holds is left for the next time") {
  Forgetting exchange;
  exchange.world.database.sql("DELETE FROM job");
  for (int i = 1; i <= 5; ++i) exchange.job("rs.apply", "s:" + std::to_string(i), "done", 20 - i);
  CHECK(exchange.purge(2) == Purged{{"jobs", 2}});
  CHECK(exchange.subjects() == "s:3 s:4 s:5");
  const auto held = exchange.world.owner.transaction([&](store::Transaction& transaction) -> Status {
    static const store::Query kHold{"hold", "SELECT id FROM job WHERE subject = 's:4' FOR UPDATE"};
    transaction.execute(kHold);
    CHECK(exchange.purge() == Purged{{"jobs", 2}});
    return {};
  });
  REQUIRE(held);
  CHECK(exchange.subjects() == "s:4");
  CHECK(exchange.purge() == Purged{{"jobs", 1}});
}

TEST_CASE("Idempotency keys are forgotten after a day, and settled differences after their time") {
  Forgetting exchange;
  exchange.world.database.sql(
      "INSERT INTO idempotency (user_id, method, route, key, body_sha256, taken_at) "
      "SELECT id, 'POST', '/r', k, repeat('0', 64), now() - h * interval '1 hour' "
      "FROM app_user, (VALUES ('old', 25), ('new', 23)) AS v (k, h)");
  exchange.world.database.sql(
      "INSERT INTO drift (target, kind, subject, diff, resolved_at, resolution) VALUES "
      "('route_server:rs1', 'bird_down', 'old', 'x', now() - interval '91 days', 'gone'), "
      "('route_server:rs1', 'bird_down', 'new', 'x', now() - interval '89 days', 'gone'), "
      "('route_server:rs1', 'bird_down', 'open', 'x', NULL, '')");
  exchange.world.database.sql("UPDATE drift SET first_seen = now() - interval '400 days'");
  CHECK(exchange.purge() == Purged{{"idempotency", 1}, {"drift", 1}});
  CHECK(exchange.world.value("SELECT string_agg(key, ' ') FROM idempotency") == "new");
  CHECK(exchange.world.value("SELECT string_agg(subject, ' ' ORDER BY subject) FROM drift") == "new open");
}

TEST_CASE("Turns and forecasts that decide nothing any more are forgotten, the newest of each are not") {
  Forgetting exchange;
  exchange.enabled_route_server(1);
  std::vector<Revision> revisions;
  for (std::uint64_t i = 0; i < 3; ++i) {
    const auto revision = exchange.publish(exchange.member(64496 + i));
    const auto job = exchange.applying("rs1");
    REQUIRE(exchange.world.rollout().take_turn(job, "rs1", {revision, domain::ChangeClass::peers_only, 0, 60s}));
    exchange.confirm_at(job, "rs1", revision);
    REQUIRE(exchange.world.rollout().end_turn(job, "rs1", domain::TurnVerdict::confirmed, revision));
    exchange.done(job);
    exchange.world.database.sql(
        "INSERT INTO forecast (route_server, revision, from_revision, change_class, restarts, unnamed_restarts, "
        "content, diff) SELECT id, $1::bigint, 0, 'none', 0, 0, '{}', '' FROM route_server",
        {revision});
    revisions.push_back(revision);
  }
  CHECK(exchange.purge().empty());
  exchange.world.database.sql(
      "UPDATE rollout SET taken_at = now() - interval '91 days', ended_at = now() - interval '91 days'");
  exchange.world.database.sql("UPDATE forecast SET computed_at = now() - interval '91 days'");
  SUBCASE("while a culprit is looked for, its steps are kept") {
    exchange.world.database.sql(
        "INSERT INTO rollout_search (first_revision, last_revision, cause) VALUES ($1, $2, 'x')",
        {revisions[1], revisions[2]});
    CHECK(exchange.purge().at("turns") == 1);
  }
  SUBCASE("what was armed and may still run keeps its turn") {
    exchange.world.database.sql("UPDATE rollout SET armed_until = now() + interval '1 minute' WHERE revision = $1",
                                {revisions[0]});
    CHECK(exchange.purge().at("turns") == 1);
  }
  SUBCASE("else all but the newest go") {
    CHECK(exchange.purge() == Purged{{"forecasts", 2}, {"turns", 2}});
    CHECK(exchange.world.value("SELECT string_agg(revision::text, ' ') FROM rollout") == std::to_string(revisions[2]));
    CHECK(exchange.world.value("SELECT string_agg(revision::text, ' ') FROM forecast") == std::to_string(revisions[2]));
    CHECK(exchange.world.rollout().turns("rs1", 10)->size() == 1);
  }
}

TEST_CASE("What PeeringDB said of networks that nobody follows any more is forgotten, and of no other") {
  Forgetting exchange;
  exchange.world.database.sql("DELETE FROM peeringdb_network");
  exchange.world.database.sql(
      "INSERT INTO peeringdb_network (asn, content, seen_at, asked_at, ordered_at) "
      "SELECT a, '{}', now() - d * interval '1 day', now() - d * interval '1 day', "
      "CASE WHEN o THEN now() END FROM (VALUES (64501, 9, false), (64502, 7, false), (64503, 9, true), (64504, 90, "
      "false)) "
      "AS v (a, d, o)");
  exchange.world.database.sql(
      "INSERT INTO user_asn (user_id, asn, source) SELECT id, 64504, 'cli' FROM app_user LIMIT 1");
  CHECK(exchange.purge() == Purged{{"peeringdb", 1}});
  CHECK(exchange.world.value("SELECT string_agg(asn::text, ' ' ORDER BY asn) FROM peeringdb_network") ==
        "64502 64503 64504");
  exchange.world.database.sql("DELETE FROM user_asn WHERE asn = 64504");
  CHECK(exchange.purge() == Purged{{"peeringdb", 1}});
}
