#pragma once

/// @file tests/integration/apply/apply_world.h
/// The apply over a real database and route-server hosts in memory, whose links and BIRDs a test can break.

#include <string>

#include "core/service/route_server_apply.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"
#include "tests/support/fake_route_server_host.h"

namespace ztix::test {

/// Time that only moves when the apply sleeps, and moves the hosts' time along.
class ApplyClock final : public service::Clock {
 public:
  explicit ApplyClock(FakeRouteServerHosts& hosts) : hosts_(hosts) {}
  [[nodiscard]] Timestamp now() const override { return Timestamp(std::chrono::microseconds(0)) + elapsed_; }
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::time_point() + elapsed_;
  }
  void sleep_for(std::chrono::milliseconds duration) override {
    elapsed_ += duration;
    for (const auto& name : names) hosts_.at(name).advance(duration);
  }
  std::vector<std::string> names;

 private:
  FakeRouteServerHosts& hosts_;
  std::chrono::milliseconds elapsed_{0};
};

struct ApplyWorld : Delivery<PgDeliveryWorld> {
  ApplyWorld() = default;

  /// In the inventory, its host prepared, nothing applied yet.
  FakeRouteServer& new_route_server(int number) {
    add_route_server(number);
    const auto name = "rs" + std::to_string(number);
    clock.names.push_back(name);
    return hosts.add(name);
  }
  /// Through its first apply.
  FakeRouteServer& ready_route_server(int number) {
    auto& host = new_route_server(number);
    const auto outcome = run("rs" + std::to_string(number));
    REQUIRE(outcome.verdict == service::JobOutcome::Verdict::done);
    return host;
  }

  /// One run of the job, as a worker does it: claim, run, finish.
  service::JobOutcome run(const std::string& name) {
    const auto job = applying(name);
    const auto outcome = engine.run(job, [this] { return lease_is_good; });
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }

  /// The port, as another worker would use it.
  std::shared_ptr<service::RouteServerHost> host(const std::string& name) {
    return hosts.connect(world.apply().subject(name).value().endpoint).value();
  }
  [[nodiscard]] service::RouteServer record(const std::string& name) {
    return world.route_servers().route_server(name).value();
  }

  FakeRouteServerHosts hosts;
  ApplyClock clock{hosts};
  render::ObjectCache objects;
  service::RouteServerApply engine{world.apply(), world.rollout(), world.forecasts(), hosts, objects, clock, {}};
  bool lease_is_good = true;
};

}  // namespace ztix::test
