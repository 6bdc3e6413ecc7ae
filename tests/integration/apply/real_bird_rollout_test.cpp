/// The same over three real BIRDs behind real sshds: what a harmful revision touches, and what it leaves alone.

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <doctest/doctest.h>

#include "core/remote/ssh_route_server_hosts.h"
#include "core/service/route_server_apply.h"
#include "core/service/system.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"
#include "tests/integration/apply/next_canary.h"
#include "tests/support/bird_host.h"

using namespace ztix;
using namespace ztix::test;
using domain::TurnVerdict;
using Verdict = service::JobOutcome::Verdict;

namespace {

/// A real host, of whose protocols one is not seen: BIRD has it, the verify does not.
class Blinded final : public service::RouteServerHost {
 public:
  using Who = service::HostCredential;
  Blinded(std::shared_ptr<service::RouteServerHost> host, std::string hidden)
      : host_(std::move(host)), hidden_(std::move(hidden)) {}
  Result<service::HostProbe> probe(const Who& who) override {
    auto probe = host_->probe(who);
    if (probe) std::erase_if(probe->protocols, [this](const auto& each) { return each.name == hidden_; });
    return probe;
  }
  Result<service::HostProbe> adopt(const Who& who) override { return host_->adopt(who); }
  Result<std::vector<std::string>> missing(const Who& who, const std::vector<std::string>& files) override {
    return host_->missing(who, files);
  }
  Result<std::vector<std::string>> put(const Who& who, const std::vector<std::string>& contents) override {
    return host_->put(who, contents);
  }
  Result<std::vector<std::string>> get(const Who& who, const std::vector<std::string>& files) override {
    return host_->get(who, files);
  }
  Result<service::CheckVerdict> check(const Who& who, const std::string& root) override {
    return host_->check(who, root);
  }
  Status arm(const Who& who, const std::string& root, std::chrono::seconds undo_after,
             const std::vector<std::string>& keep_disabled) override {
    return host_->arm(who, root, undo_after, keep_disabled);
  }
  Result<std::map<std::string, std::int64_t>> foreign_next_hops(const Who& who,
                                                                const std::vector<std::string>& sessions) override {
    return host_->foreign_next_hops(who, sessions);
  }
  Result<service::HostStatus> status(const Who& who) override { return host_->status(who); }
  Status confirm(const Who& who, const std::string& root) override { return host_->confirm(who, root); }
  Status undo(const Who& who, const std::string& root) override { return host_->undo(who, root); }
  Status persist(const Who& who, const std::string& root) override { return host_->persist(who, root); }
  Status disable(const Who& who, const std::vector<std::string>& names) override { return host_->disable(who, names); }
  Status enable(const Who& who, const std::vector<std::string>& names) override { return host_->enable(who, names); }
  Result<int> gc(const Who& who) override { return host_->gc(who); }

 private:
  std::shared_ptr<service::RouteServerHost> host_;
  std::string hidden_;
};

/// The host of a route server by its name; the inventory's addresses are not of this machine.
class NamedHosts final : public service::RouteServerHosts {
 public:
  void add(const std::string& name, const BirdHost& host) {
    hosts_.emplace(name, Entry{&host, std::make_unique<remote::SshRouteServerHosts>(
                                          remote::SshSettings{.private_key_path = host.private_key_path()})});
  }
  Result<std::shared_ptr<service::RouteServerHost>> connect(const service::RouteServerEndpoint& endpoint) override {
    auto& entry = hosts_.at(endpoint.name);
    return entry.ssh->connect(entry.host->endpoint());
  }
  Result<std::shared_ptr<service::RouteServerHost>> connect_fresh(
      const service::RouteServerEndpoint& endpoint) override {
    if (before_fresh) before_fresh(endpoint.name);
    auto& entry = hosts_.at(endpoint.name);
    ZTIX_ASSIGN(auto host, entry.ssh->connect_fresh(entry.host->endpoint()));
    if (!hidden.empty()) host = std::make_shared<Blinded>(std::move(host), hidden);
    return host;
  }
  Result<std::string> scan_host_key(const std::string&, std::uint16_t) override {
    return fail(ErrorCode::invalid_argument, "The keys are known.");
  }

  std::string hidden;  ///< from every verify
  /// Runs before the verify looks.
  std::function<void(const std::string&)> before_fresh;

 private:
  struct Entry {
    const BirdHost* host;
    std::unique_ptr<remote::SshRouteServerHosts> ssh;
  };
  std::map<std::string, Entry> hosts_;
};

struct RealRollout : Delivery<PgDeliveryWorld> {
  RealRollout() {
    for (int i = 1; i <= 3; ++i) {
      auto& host = birds.at(static_cast<std::size_t>(i) - 1);
      host = std::make_unique<BirdHost>(BirdHost::Options{"198.51.100." + std::to_string(i), 0});
      host->start_bird();
      host->start_sshd();
      hosts.add("rs" + std::to_string(i), *host);
      add_route_server(i);
    }
    settle();
  }

  BirdHost& bird(const std::string& name) { return *birds.at(static_cast<std::size_t>(name.back() - '1')); }

  /// As a worker does, until nothing is due.
  void settle() {
    for (int round = 0; round < 200; ++round) {
      const auto jobs = world.jobs().claim("w1", 60s, 1).value();
      if (jobs.empty() && world.rollout().wake_waiting().value() == 0) return;
      if (!jobs.empty()) finish(jobs.front());
    }
    FAIL("there is always more to do");
  }
  service::JobOutcome finish(const Job& job) {
    if (job.kind != "rs.apply") {
      done(job);
      return {};
    }
    const auto outcome = engine.run(job, [this] { return lease_is_good; });
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }
  Job waiting(const std::string& name) {
    world.database.sql("UPDATE job SET run_at = now() WHERE state = 'ready' AND subject = $1 AND run_at <> 'infinity'",
                       {"route_server:" + name});
    const auto id = world.database
                        .sql("SELECT id FROM job WHERE state = 'ready' AND kind = 'rs.apply' AND subject = $1",
                             {"route_server:" + name})
                        .one()
                        .get<std::int64_t>("id");
    const auto job = world.jobs().claim_one("w1", 60s, id).value();
    REQUIRE(job);
    return *job;
  }
  std::string canary() { return next_canary(world.database); }
  Revision running(const std::string& name) {
    const auto reply = bird(name).birdc("eval ZTIX_REVISION");
    const auto at = reply.find("0023");
    REQUIRE(at != std::string::npos);
    return std::stoll(reply.substr(at + 5));
  }
  /// What an apply that was never armed leaves as it was.
  std::string untouched(const std::string& name) {
    std::string lines;
    const auto status = bird(name).birdc("show status");
    std::size_t from = 0;
    while (from < status.size()) {
      const auto end = std::min(status.find('\n', from), status.size());
      const auto line = status.substr(from, end - from);
      const bool is_time = line.find("Last re") != std::string::npos || line.find("started") != std::string::npos;
      // Whole seconds: BIRD works the time of day out anew for each answer, and its last digit wavers.
      if (is_time) lines += line.substr(0, line.rfind('.')) + '\n';
      from = end + 1;
    }
    REQUIRE(lines.find("Last reconfiguration") != std::string::npos);
    return lines + bird(name).boot_target() + " " + std::to_string(running(name));
  }

  std::array<std::unique_ptr<BirdHost>, 3> birds;
  NamedHosts hosts;
  service::SystemClock clock;
  render::ObjectCache objects;
  bool lease_is_good = true;
  static service::ApplySettings settings() {
    service::ApplySettings settings;
    settings.verify_budget = std::chrono::milliseconds(500);
    return settings;
  }
  service::RouteServerApply engine{world.apply(), world.rollout(), world.forecasts(), hosts,
                                   objects,       clock,           settings()};
};

}  // namespace

TEST_CASE("Over three real BIRDs a harmful revision is undone on the canary and never armed on the others") {
  RealRollout exchange;
  const auto good = exchange.running("rs1");
  REQUIRE(good > 0);
  const auto first = exchange.canary();
  std::map<std::string, std::string> before;
  for (const std::string name : {"rs1", "rs2", "rs3"}) before[name] = exchange.untouched(name);

  const auto bad = exchange.member(64497);
  const auto revision = exchange.publish(bad);
  // The canary runs it, and its verify misses the new session: harm by any measure.
  exchange.hosts.hidden = "as64497_0001_n1_v6";
  std::vector<std::pair<std::string, Revision>> armed;
  exchange.hosts.before_fresh = [&](const std::string& name) { armed.emplace_back(name, exchange.running(name)); };
  for (const std::string name : {"rs1", "rs2", "rs3"}) {
    if (name != first) CHECK(exchange.finish(exchange.waiting(name)).verdict == Verdict::parked);
  }
  const auto outcome = exchange.finish(exchange.waiting(first));
  CAPTURE(outcome.error);
  CHECK(outcome.verdict == Verdict::retry);
  CHECK(armed == std::vector<std::pair<std::string, Revision>>{{first, revision}});
  CHECK(exchange.running(first) == good);
  for (const std::string name : {"rs1", "rs2", "rs3"}) {
    CAPTURE(name);
    if (name != first) CHECK(exchange.untouched(name) == before[name]);
  }
  exchange.finish(exchange.waiting(first));
  exchange.hosts.before_fresh = nullptr;
  exchange.hosts.hidden.clear();
  exchange.settle();
  CHECK(exchange.state(bad) == RequestState::failed);
  CHECK(exchange.now(bad).held);
  for (const std::string name : {"rs1", "rs2", "rs3"}) {
    CHECK(exchange.bird(name).birdc("show protocols").find("as64497") == std::string::npos);
  }
}

TEST_CASE("Over three real BIRDs an unreachable canary holds up nobody and catches up straight to the newest") {
  RealRollout exchange;
  const auto lost = exchange.canary();
  exchange.bird(lost).stop_sshd();
  const auto request = exchange.member(64496);
  exchange.publish(request);
  exchange.settle();
  const auto newest = exchange.publish(exchange.member(64497));
  exchange.settle();
  for (const std::string name : {"rs1", "rs2", "rs3"}) CHECK((exchange.running(name) == newest) == (name != lost));
  CHECK(exchange.state(request) == RequestState::provisioning);
  exchange.bird(lost).start_sshd();
  exchange.finish(exchange.waiting(lost));
  CHECK(exchange.running(lost) == newest);
  CHECK(exchange.state(request) == RequestState::active);
}

TEST_CASE("Over three real BIRDs the turn of a worker that was killed while armed is taken up again") {
  RealRollout exchange;
  const auto first = exchange.canary();
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  exchange.hosts.before_fresh = [&](const std::string&) { exchange.lease_is_good = false; };
  const auto job = exchange.waiting(first);
  CHECK(exchange.engine.run(job, [&] { return exchange.lease_is_good; }).verdict == Verdict::fenced);
  CHECK(exchange.bird(first).birdc("configure status").find("0022") != std::string::npos);
  exchange.hosts.before_fresh = nullptr;
  exchange.lease_is_good = true;
  exchange.settle();
  // It is armed there, and nowhere else, as long as its worker may be alive.
  for (const std::string name : {"rs1", "rs2", "rs3"}) CHECK((exchange.running(name) == revision) == (name == first));
  exchange.world.database.sql("UPDATE job SET lease_until = now() - interval '1 second' WHERE id = $1", {job.id});
  exchange.settle();
  for (const std::string name : {"rs1", "rs2", "rs3"}) CHECK(exchange.running(name) == revision);
  CHECK(exchange.state(request) == RequestState::active);
}
