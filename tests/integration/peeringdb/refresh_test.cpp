/// The refresh as a worker runs it: PostgreSQL, HTTP to the lab's PeeringDB, the job engine. Only waiting is not real:
/// whoever sleeps moves what is written down into the past instead.

#include <functional>

#include <doctest/doctest.h>

#include "core/peeringdb/peeringdb_client.h"
#include "core/service/peeringdb_refresh.h"
#include "core/store/account_store.h"
#include "core/store/job_store.h"
#include "core/store/peeringdb_store.h"
#include "tests/contract/peeringdb/simulated_peeringdb.h"
#include "tests/support/test_database.h"

using namespace ztix;
using namespace std::chrono_literals;
using Knowledge = service::PeeringDbView::Knowledge;
using Verdict = service::JobOutcome::Verdict;

namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

class AgingClock final : public service::Clock {
 public:
  explicit AgingClock(std::function<void(std::chrono::milliseconds)> age) : age_(std::move(age)) {}
  [[nodiscard]] Timestamp now() const override { return Timestamp(); }
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override { return {}; }
  void sleep_for(std::chrono::milliseconds duration) override { age_(duration); }

 private:
  std::function<void(std::chrono::milliseconds)> age_;
};

struct RefreshWorld {
  RefreshWorld() {
    pdb.document["net"] = {
        {{"id", 1}, {"asn", 64496}, {"name", "Example"}, {"irr_as_set", "RIPE::AS-EXAMPLE"}, {"info_prefixes4", 5}}};
    pdb.publish();
  }
  void add_user(const std::string& name, const std::vector<domain::Asn>& asns) {
    const service::Actor cli{service::ActorKind::cli, std::nullopt, "root", "", "run-1"};
    REQUIRE(accounts.create_user({name, "", {domain::Role::member_operator}, asns, {}}, cli));
  }
  void age(std::chrono::milliseconds duration) {
    database.sql(
        "WITH n AS (UPDATE peeringdb_network SET seen_at = seen_at - $1::bigint * interval '1 ms', "
        "asked_at = asked_at - $1::bigint * interval '1 ms'), "
        "q AS (UPDATE peeringdb_query SET asked_at = asked_at - $1::bigint * interval '1 ms') "
        "UPDATE peeringdb_access SET next_query_at = next_query_at - $1::bigint * interval '1 ms'",
        {duration.count()});
    database.sql("UPDATE job SET run_at = run_at - $1::bigint * interval '1 ms' WHERE state = 'ready'",
                 {duration.count()});
  }
  /// What is due is run and its end written; nullopt when nothing is.
  std::optional<service::JobOutcome> run_due() {
    const auto claimed = jobs.claim("w1", 60s, 1).value();
    if (claimed.empty()) return std::nullopt;
    CHECK(claimed[0].kind == service::kPeeringDbRefresh);
    auto outcome = refresh.run(claimed[0]);
    REQUIRE(jobs.finish(claimed[0], outcome));
    return outcome;
  }
  service::PeeringDbView view(std::uint64_t number) { return store.view(asn(number)).value(); }

  test::TestDatabase database;
  test::SimulatedPeeringDb pdb;
  store::Database owner{database.settings()};
  store::Database worker{database.settings("ztix_worker")};
  store::PgAccountStore accounts{owner};
  store::PgJobStore jobs{worker};
  store::PgPeeringDbStore store{worker};
  store::PgQueryPace pace{worker};
  AgingClock clock{[this](auto duration) { age(duration); }};
  peeringdb::Client client{{pdb.fetcher(), pace, clock}, {pdb.api_url(), SecretString(), ""}};
  service::PeeringDbRefresh refresh{{store, client}, 1h};
};

}  // namespace

TEST_CASE("A user with a new ASN makes a refresh due in the same transaction, and the next one comes after an hour") {
  RefreshWorld world;
  CHECK_FALSE(world.run_due());
  world.add_user("alice", {asn(64496), asn(64497)});
  const auto outcome = world.run_due();
  REQUIRE(outcome);
  CHECK(outcome->verdict == Verdict::snooze);
  CHECK(outcome->delay > 59min);
  CHECK(world.view(64496).knowledge() == Knowledge::known);
  CHECK(world.view(64496).entry->as_sets.sets.at(0).text() == "RIPE::AS-EXAMPLE");
  CHECK(world.view(64497).knowledge() == Knowledge::absent);
  CHECK_FALSE(world.run_due());
  world.add_user("bob", {asn(64499)});
  REQUIRE(world.run_due());
  CHECK(world.view(64499).knowledge() == Knowledge::absent);
  // Only about the new one: the others are young enough.
  CHECK(world.pdb.queries().back().at("query").at("asn__in") == "64499");
}

TEST_CASE("A user who cannot be made makes no refresh due") {
  RefreshWorld world;
  const service::Actor cli{service::ActorKind::cli, std::nullopt, "root", "", "run-1"};
  const auto nowhere = domain::ZtNetworkId::parse("8056c2e21c000009").value();
  CHECK_FALSE(world.accounts.create_user({"alice", "", {}, {asn(64496)}, {nowhere}}, cli));
  CHECK_FALSE(world.run_due());
}

TEST_CASE("After a 429 no worker asks before the time that it named, also when somebody new makes the job due") {
  RefreshWorld world;
  world.add_user("alice", {asn(64496)});
  world.pdb.break_all("rate_limited");
  const auto outcome = world.run_due();
  REQUIRE(outcome);
  CHECK(outcome->verdict == Verdict::snooze);
  CHECK(outcome->delay == 60s);
  const auto asked = world.pdb.queries().size();
  world.pdb.break_all("");
  world.add_user("bob", {asn(64497)});
  const auto early = world.run_due();
  REQUIRE(early);
  CHECK(early->delay > 50s);
  CHECK(world.pdb.queries().size() == asked);
  CHECK(world.view(64496).knowledge() == Knowledge::unknown);
  world.age(61s);
  REQUIRE(world.run_due());
  CHECK(world.view(64496).knowledge() == Knowledge::known);
}

TEST_CASE("While PeeringDB fails everything stays with its age, and an answer ends the outage") {
  RefreshWorld world;
  world.add_user("alice", {asn(64496)});
  REQUIRE(world.run_due());
  for (const char* fault : {"server_error", "not_json", "redirect"}) {
    world.age(90min);
    world.pdb.break_all(fault);
    const auto outcome = world.run_due();
    REQUIRE(outcome);
    CHECK(outcome->verdict == Verdict::snooze);
    CHECK_FALSE(outcome->error.empty());
    CHECK(world.view(64496).knowledge() == Knowledge::known);
    CHECK(world.view(64496).outage == outcome->error);
  }
  CHECK(world.view(64496).age > 4h);
  CHECK(world.database.sql("SELECT attempt FROM job WHERE kind = 'peeringdb.refresh'").one().get<int>("attempt") == 0);
  world.pdb.break_all("");
  world.age(90min);
  REQUIRE(world.run_due());
  CHECK(world.view(64496).age < 1min);
  CHECK(world.view(64496).outage.empty());
}

TEST_CASE("A network that PeeringDB no longer has is marked and stays readable, also after it is asked about again") {
  RefreshWorld world;
  world.add_user("alice", {asn(64496)});
  REQUIRE(world.run_due());
  world.pdb.document["net"][0]["status"] = "deleted";
  world.pdb.publish();
  for (int i = 0; i < 2; ++i) {
    world.age(2h);
    REQUIRE(world.run_due());
    CHECK(world.view(64496).knowledge() == Knowledge::gone);
    CHECK(world.view(64496).entry->name == "Example");
  }
}

TEST_CASE("Two hundred networks are asked about in two batches, without a minute of more than twenty queries") {
  RefreshWorld world;
  std::vector<domain::Asn> all;
  for (std::uint64_t i = 0; i < 200; ++i) all.push_back(asn(100'000 + i));
  world.add_user("alice", all);
  REQUIRE(world.run_due());
  world.age(10s);
  REQUIRE(world.run_due());
  CHECK_FALSE(world.run_due());
  const auto queries = world.pdb.queries();
  CHECK(queries.size() == 2);
  CHECK(world.view(100'199).knowledge() == Knowledge::absent);
}
