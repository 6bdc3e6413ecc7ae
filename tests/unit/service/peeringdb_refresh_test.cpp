#include "core/service/peeringdb_refresh.h"

#include <doctest/doctest.h>

#include "tests/support/fake_account_store.h"
#include "tests/support/fake_peeringdb_directory.h"
#include "tests/support/fake_peeringdb_store.h"

namespace ztix::service {
namespace {

using namespace std::chrono_literals;
using Verdict = JobOutcome::Verdict;
using Knowledge = PeeringDbView::Knowledge;

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

/// One user with as many ASNs as a test wants, and the job.
struct RefreshWorld {
  explicit RefreshWorld(std::size_t asns = 2) {
    std::vector<domain::Asn> all;
    for (std::size_t i = 0; i < asns; ++i) all.push_back(asn(1'000 + i));
    CHECK(accounts.create_user({"alice", "", {domain::Role::member_operator}, all, {}}, {}));
    PeeringDbEntry entry(asn(1'000));
    entry.name = "Example";
    directory.entries.emplace(entry.asn, entry);
    const auto id = jobs.enqueue({kPeeringDbRefresh, kPeeringDbSubject, 0, 2, 0ms, ""}).value();
    job = **jobs.claim_one("w1", 60s, id);
  }
  JobOutcome run() { return refresh.run(job); }
  Knowledge knowledge(std::uint64_t number) { return store.view(asn(number))->knowledge(); }

  test::FakeExchange exchange;
  test::FakeJobStore jobs;
  test::FakeAccountStore accounts{exchange};
  test::FakePeeringDbStore store{exchange, jobs};
  test::FakePeeringDbDirectory directory;
  PeeringDbRefresh refresh{{store, directory}, 1h};
  Job job;
};

}  // namespace

TEST_CASE("PeeringDbRefresh asks about everybody once an hour") {
  RefreshWorld world;
  const auto outcome = world.run();
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.delay == 1h);
  CHECK(world.knowledge(1'000) == Knowledge::known);
  CHECK(world.knowledge(1'001) == Knowledge::absent);
  world.exchange.now += 59min;
  CHECK(world.run().delay == 1min);
  CHECK(world.directory.asked.size() == 1);
  world.exchange.now += 1min;
  world.run();
  CHECK(world.directory.asked.size() == 2);
}

TEST_CASE("PeeringDbRefresh asks about 150 in a run, and about the next ones at once") {
  RefreshWorld world(310);
  CHECK(world.run().delay == 0ms);
  CHECK(world.run().delay == 0ms);
  CHECK(world.run().delay == 1h);
  REQUIRE(world.directory.asked.size() == 3);
  CHECK(world.directory.asked[0].size() == 150);
  CHECK(world.directory.asked[1].front() == asn(1'150));
  CHECK(world.directory.asked[2].size() == 10);
}

TEST_CASE("PeeringDbRefresh comes back for those whom an answer left out") {
  RefreshWorld world(4);
  world.directory.fits = 3;
  CHECK(world.run().delay == 0ms);
  CHECK(world.run().delay == 1h);
  CHECK(world.directory.asked[1] == std::vector{asn(1'003)});
}

TEST_CASE("PeeringDbRefresh waits when it is told to, without anything changing") {
  RefreshWorld world;
  world.directory.pause = 40min;
  const auto outcome = world.run();
  CHECK(outcome.verdict == Verdict::snooze);
  CHECK(outcome.delay == 40min);
  CHECK(world.knowledge(1'000) == Knowledge::unknown);
}

TEST_CASE("PeeringDbRefresh keeps what it knows while PeeringDB fails, and tries later and later, at most hourly") {
  RefreshWorld world;
  world.run();
  world.exchange.now += 2h;
  world.directory.failure = fail(ErrorCode::timeout, "No usable reply.");
  std::vector<std::chrono::milliseconds> delays;
  for (int i = 0; i < 10; ++i) {
    const auto outcome = world.run();
    CHECK(outcome.verdict == Verdict::snooze);
    delays.push_back(outcome.delay);
  }
  CHECK(delays[0] == 31s);
  CHECK(delays[1] == 62s);
  CHECK(delays[9] == 1h);
  CHECK(world.knowledge(1'000) == Knowledge::known);
  CHECK(world.store.view(asn(1'000))->age == 2h);
  CHECK(world.store.view(asn(1'000))->outage == "No usable reply.");
  world.directory.failure.reset();
  CHECK(world.run().delay == 1h);
  CHECK(world.store.view(asn(1'000))->outage.empty());
}

TEST_CASE("PeeringDbRefresh stops when another worker has the job") {
  RefreshWorld world;
  world.jobs.steal(world.job);
  CHECK(world.run().verdict == Verdict::fenced);
  world.directory.failure = fail(ErrorCode::timeout, "x");
  CHECK(world.run().verdict == Verdict::fenced);
}

TEST_CASE("PeeringDbRefresh that is switched off asks nobody and ends") {
  RefreshWorld world;
  PeeringDbRefresh off({world.store, world.directory}, 0s);
  CHECK(off.run(world.job).verdict == Verdict::done);
  CHECK(world.directory.asked.empty());
}

}  // namespace ztix::service
