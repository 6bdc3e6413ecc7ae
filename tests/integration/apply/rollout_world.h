#pragma once

/// @file tests/integration/apply/rollout_world.h
/// Several route servers that are ready, and what workers do with their applies.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/apply/apply_world.h"
#include "tests/integration/apply/next_canary.h"

namespace ztix::test {

struct Rollout : ApplyWorld {
  explicit Rollout(int n) {
    for (int i = 1; i <= n; ++i) ready_route_server(i);
    // Being enabled and probed made revisions of their own.
    settle();
  }

  /// Runs whatever is due and sweeps, as workers do, until nothing is left to do.
  void settle() {
    for (int round = 0; round < 200; ++round) {
      const auto jobs = world.jobs().claim("w1", 60s, 1).value();
      if (jobs.empty() && world.rollout().wake_waiting().value() == 0) return;
      if (jobs.empty()) continue;
      if (jobs.front().kind != "rs.apply") {
        done(jobs.front());
        continue;
      }
      const auto outcome = engine.run(jobs.front(), [] { return true; });
      REQUIRE(world.jobs().finish(jobs.front(), outcome));
      if (after_run) after_run();
    }
    FAIL("there is always more to do");
  }

  std::function<void()> after_run;

  /// One run of what is waiting already, without asking for it once more.
  service::JobOutcome run_waiting(const std::string& name) {
    world.database.sql("UPDATE job SET run_at = now() WHERE state = 'ready' AND subject = $1 AND run_at <> 'infinity'",
                       {"route_server:" + name});
    const auto row = world.database
                         .sql("SELECT id FROM job WHERE state = 'ready' AND kind = 'rs.apply' AND subject = $1",
                              {"route_server:" + name})
                         .one();
    const auto job = world.jobs().claim_one("w1", 60s, row.get<std::int64_t>("id")).value();
    REQUIRE_MESSAGE(job, name << " is not due");
    const auto outcome = engine.run(*job, [] { return true; });
    REQUIRE(world.jobs().finish(*job, outcome));
    return outcome;
  }

  [[nodiscard]] bool is_parked(const std::string& name) {
    return world.database
               .sql(
                   "SELECT count(*) AS n FROM job WHERE state = 'ready' AND kind = 'rs.apply' AND subject = $1 AND "
                   "run_at = 'infinity'",
                   {"route_server:" + name})
               .one()
               .get<int>("n") == 1;
  }
  [[nodiscard]] bool is_due(const std::string& name) {
    return world.database
               .sql(
                   "SELECT count(*) AS n FROM job WHERE state = 'ready' AND kind = 'rs.apply' AND subject = $1 AND "
                   "run_at <= now()",
                   {"route_server:" + name})
               .one()
               .get<int>("n") == 1;
  }
  [[nodiscard]] std::optional<service::TurnView> turn(const std::string& name, Revision revision) {
    const auto views = world.rollout().turns(name, 100).value();
    for (const auto& view : views) {
      if (view.revision == revision) return view;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::string canary() { return next_canary(world.database); }
  [[nodiscard]] std::vector<std::string> others(const std::string& name, int n) const {
    std::vector<std::string> names;
    for (int i = 1; i <= n; ++i) {
      if (const auto other = "rs" + std::to_string(i); other != name) names.push_back(other);
    }
    return names;
  }
};

}  // namespace ztix::test
