/// `ztix peeringdb`: it reads what a worker has written, and orders what a worker shall do.

#include <thread>

#include "core/store/job_store.h"
#include "core/store/peeringdb_store.h"
#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

struct PeeringDbCliWorld : CliWorld {
  PeeringDbCliWorld() { set_up(); }

  /// As a worker does when the order has made its job due. False when there is no job yet.
  bool answer() {
    const auto claimed = jobs.claim("w1", std::chrono::seconds(60), 1).value();
    if (claimed.empty()) return false;
    service::PeeringDbEntry entry(asn(64496));
    entry.name = "Example";
    entry.as_sets = domain::parse_as_sets("RIPE::AS-EXAMPLE");
    CHECK(store.record(claimed[0], {store.due(std::chrono::hours(1), 150).value(), {entry}, {}, std::nullopt}));
    CHECK(jobs.finish(claimed[0], {}));
    return true;
  }

  store::Database worker{database.settings("ztix_worker")};
  store::PgJobStore jobs{worker};
  store::PgPeeringDbStore store{worker};
};

TEST_CASE("peeringdb show says plainly that nothing is known") {
  PeeringDbCliWorld world;
  const auto shown = world.data({"peeringdb", "show", "AS64496"});
  CHECK(shown.at("status") == "unknown");
  CHECK(shown.at("entry").is_null());
  const auto text = world.ztix({"peeringdb", "show", "64496"});
  CHECK(text.exit_code == kOk);
  CHECK(text.out.find("AS64496: Nothing is known about AS64496 yet") == 0);
}

TEST_CASE("peeringdb refresh waits for a worker's answer and shows it") {
  PeeringDbCliWorld world;
  json answered;
  {
    const std::jthread command([&] { answered = world.data({"peeringdb", "refresh", "64496", "64497"}); });
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!world.answer() && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  REQUIRE(answered.size() == 2);
  CHECK(answered[0].at("status") == "known");
  CHECK(answered[0].at("warnings") == json{"The entry lacks a number of prefixes."});
  CHECK(answered[1].at("status") == "absent");
  const auto text = world.ztix({"peeringdb", "show", "64496"}).out;
  CHECK(text.find("AS-SETs: RIPE::AS-EXAMPLE") != std::string::npos);
  CHECK(text.find("! The entry lacks a number of prefixes.") != std::string::npos);
  const auto trail = world.database.sql("SELECT actor_kind FROM audit WHERE action = 'peeringdb.refresh_ordered'");
  CHECK(trail.one().get<std::string>("actor_kind") == "cli");
}

TEST_CASE("peeringdb refresh without a worker gives up in time, and the order stands") {
  PeeringDbCliWorld world;
  const auto given_up = world.ztix({"peeringdb", "refresh", "64496", "--wait-seconds", "0"});
  CHECK(given_up.exit_code == kTryLater);
  CHECK(given_up.err.find("ztix-worker") != std::string::npos);
  CHECK(world.store.due(std::chrono::hours(1), 150).value() == std::vector{asn(64496)});
}

TEST_CASE("peeringdb refresh without a name asks about nobody when there is nobody") {
  PeeringDbCliWorld world;
  CHECK(world.data({"peeringdb", "refresh", "--wait-seconds", "0"}).empty());
}

TEST_CASE("peeringdb refuses what is no AS number") {
  PeeringDbCliWorld world;
  world.refused(kFailed, {"peeringdb", "show", "0"}, {"ASN"});
  world.refused(kFailed, {"peeringdb", "refresh", "64496", "x"}, {"ASN"});
  world.refused(kUsage, {"peeringdb", "show"}, {"asn"});
}

}  // namespace
}  // namespace ztix::test
