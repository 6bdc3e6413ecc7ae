#include <atomic>
#include <latch>
#include <thread>

#include "core/store/revision.h"
#include "tests/integration/store_jobs/delivery_pg_fixture.h"

using namespace ztix;
using namespace ztix::test;

TEST_CASE("Of route servers that confirm at the same moment the last one makes the request active, exactly once") {
  Delivery<PgExchange> exchange;
  constexpr int kRouteServers = 3;
  for (int i = 1; i <= kRouteServers; ++i) exchange.enabled_route_server(i);
  for (std::uint64_t round = 0; round < 10; ++round) {
    const auto request = exchange.member(64496 + round);
    const auto revision = exchange.publish(request);
    std::vector<service::Job> jobs;
    for (int i = 1; i <= kRouteServers; ++i) jobs.push_back(exchange.applying("rs" + std::to_string(i)));
    std::latch together(kRouteServers);
    std::atomic<int> errors{0};
    std::vector<std::jthread> threads;
    for (int i = 1; i <= kRouteServers; ++i) {
      threads.emplace_back([&, i] {
        const auto name = "rs" + std::to_string(i);
        together.arrive_and_wait();
        const auto done = exchange.world.apply().record_confirmed(jobs[static_cast<std::size_t>(i) - 1], name,
                                                                  {revision, digest(name), digest(name), false});
        if (!done) ++errors;
      });
    }
    threads.clear();
    CHECK(errors == 0);
    CHECK(exchange.state(request) == RequestState::active);
    const auto actions = exchange.actions("request", request.id.text());
    CHECK(std::count(actions.begin(), actions.end(), "request.activated") == 1);
    for (const auto& job : jobs) exchange.done(job);
  }
}

TEST_CASE("Provisioning, applies and claims by several workers neither deadlock nor lose a request") {
  Delivery<PgExchange> exchange(40);
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 24; ++i) requests.push_back(exchange.member(64496 + i));
  auto& world = exchange.world;
  const auto provision = [&](const service::Job& job) -> Status {
    const auto id = std::stoll(job.subject.substr(job.subject.find(':') + 1));
    ZTIX_CHECK(world.provision().reserve_addresses(job, id));
    ZTIX_CHECK(world.provision().start(job, id));
    ZTIX_CHECK(world.provision().publish(job, id));
    return {};
  };
  const auto apply = [&](const service::Job& job) -> Status {
    const auto name = job.subject.substr(job.subject.find(':') + 1);
    ZTIX_ASSIGN(const auto subject, world.apply().subject(name));
    const auto revision = subject.newest.revision;
    for (const auto* step : {"A1 probe", "A5 check", "A7 arm"}) {
      ZTIX_CHECK(world.apply().record_progress(job, name, {step, DeliveryState::checking, revision, ""}));
    }
    return world.apply().record_confirmed(job, name, {revision, digest(name), digest(name), false});
  };
  std::atomic<int> errors{0};
  const auto work = [&](const std::string& worker) {
    for (;;) {
      const auto jobs = world.jobs().claim(worker, 60s, 1).value();
      for (const auto& job : jobs) {
        const auto done = job.kind == "rs.apply" ? apply(job) : provision(job);
        if (!done || !world.jobs().finish(job, {service::JobOutcome::Verdict::done, 0ms, ""})) ++errors;
      }
      const bool idle = world.jobs().jobs(domain::JobState::running, 1)->empty() &&
                        world.jobs().jobs(domain::JobState::ready, 1)->empty();
      if (jobs.empty() && idle) return;
    }
  };
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work, "w" + std::to_string(i));
  threads.clear();
  CHECK(errors == 0);
  for (const auto& request : requests) CHECK(exchange.state(request) == RequestState::active);
  CHECK(world.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == "0");
}

TEST_CASE("What was published cannot be rewritten or deleted, not even by the owner") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  exchange.publish(exchange.member(64496));
  auto& database = exchange.world.database;
  for (const auto* statement :
       {"UPDATE config_object SET content = '{}'", "UPDATE config_object SET version = version + 1",
        "UPDATE config_object SET from_revision = 1 WHERE from_revision > 1", "DELETE FROM config_object",
        "UPDATE config_object SET network = 7", "UPDATE config_revision SET cause = 'another'",
        "DELETE FROM config_revision", "UPDATE root SET config_digest = repeat('0', 64)", "DELETE FROM root"}) {
    CHECK_THROWS_AS(database.sql(statement), store::DbFailure);
  }
  database.sql("UPDATE config_revision SET quarantined_at = now(), quarantine_cause = 'x' WHERE revision = 2");
  CHECK_THROWS_AS(database.sql("UPDATE config_revision SET quarantine_cause = 'y' WHERE revision = 2"),
                  store::DbFailure);
}

TEST_CASE("A change costs one row per object, however large the exchange is") {
  Delivery<PgExchange> exchange(40);
  exchange.enabled_route_server(1);
  for (std::uint64_t i = 0; i < 20; ++i) exchange.publish(exchange.member(64496 + i));
  const auto before = std::stoi(exchange.world.value("SELECT count(*) FROM config_object"));
  exchange.publish(exchange.member(64600));
  CHECK(std::stoi(exchange.world.value("SELECT count(*) FROM config_object")) == before + 1);
}

TEST_CASE("A confirmed step is the step of its job, so a run that gets further is not taken for poison") {
  Delivery<PgExchange> exchange;
  exchange.add_route_server(1);
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.world.apply().record_progress(job, "rs1", {"A1 probe", DeliveryState::checking, 1, ""}));
  exchange.world.database.sql("UPDATE job SET lease_until = now() - interval '1 second', crash_count = 2");
  REQUIRE(exchange.world.apply().record_progress(job, "rs1", {"A4 put", DeliveryState::checking, 1, ""}));
  const auto rescued = exchange.world.jobs().claim("w2", 60s, 1);
  REQUIRE(rescued->size() == 1);
  CHECK(rescued->front().crash_count == 1);
  CHECK(rescued->front().last_step == "A4 put");
}

TEST_CASE("Before a policy is published nothing is rendered") {
  PgExchange world;
  REQUIRE(world.networks().add_network(lan(kLan, "berlin", 1, 5), delivery_admin()));
  REQUIRE(world.route_servers().add(route_server(1), delivery_admin()));
  const auto subject = world.apply().subject("rs1");
  REQUIRE_FALSE(subject);
  CHECK(subject.error().code == ErrorCode::unavailable);
  CHECK(subject.error().reason == "no_policy");
}

TEST_CASE("A session that must stay down is in the manifest until it is enabled again") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  const auto request = exchange.member(64496);
  exchange.publish(request);
  const auto id = std::stoll(exchange.world.value("SELECT id FROM route_server"));
  const auto change = [&](domain::AdminState state) {
    const auto done = exchange.world.worker.transaction([&](store::Transaction& transaction) -> Result<Revision> {
      return store::next_revision(transaction, delivery_admin(), "session.changed",
                                  {store::changed(id, {*request.membership_id, AddressFamily::ipv4, state})});
    });
    REQUIRE(done);
  };
  change(domain::AdminState::limit_tripped);
  REQUIRE(exchange.newest("rs1").session_admin_states.size() == 1);
  CHECK(exchange.newest("rs1").session_admin_states[0].state == domain::AdminState::limit_tripped);
  change(domain::AdminState::enabled);
  CHECK(exchange.newest("rs1").session_admin_states.empty());
}

TEST_CASE("The application may look at route servers and ask for an apply, but not change them") {
  Delivery<PgExchange> exchange;
  exchange.enabled_route_server(1);
  store::PgRouteServerStore as_app(exchange.world.app);
  CHECK(as_app.route_servers()->size() == 1);
  CHECK(as_app.request_apply("rs1", delivery_admin()));
  CHECK(exchange.has_job("rs.apply", "route_server:rs1"));
  CHECK_FALSE(as_app.repin_host_key("rs1", "ssh-ed25519 CCCC", delivery_admin()));
  CHECK_FALSE(as_app.set_state({"rs1", RouteServerState::disabled, true, "x"}, delivery_admin()));
  CHECK(exchange.world.apply().subject("rs1")->endpoint.host_key == "ssh-ed25519 AAAA1");
}

TEST_CASE("Members that change while route servers confirm them neither deadlock nor lose a version") {
  Delivery<PgExchange> exchange(40);
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  std::vector<Request> requests;
  for (std::uint64_t i = 0; i < 6; ++i) {
    requests.push_back(exchange.member(64496 + i));
    exchange.publish(requests.back());
  }
  exchange.confirm("rs1");
  exchange.confirm("rs2");
  std::vector<service::Job> provisioning;
  for (const auto& request : requests) provisioning.push_back(exchange.provisioning(request));
  const auto rs1 = exchange.applying("rs1");
  const auto rs2 = exchange.applying("rs2");
  std::atomic<int> errors{0};
  std::atomic<bool> finished{false};
  const auto confirm_always = [&](const service::Job& job, const std::string& name) {
    while (!finished) {
      const auto revision = exchange.world.apply().subject(name)->newest.revision;
      const auto text = name + std::to_string(revision);
      if (!exchange.world.apply().record_confirmed(job, name, {revision, digest(text), digest(text), false})) ++errors;
    }
  };
  {
    const std::jthread first([&] { confirm_always(rs1, "rs1"); });
    const std::jthread second([&] { confirm_always(rs2, "rs2"); });
    for (int round = 0; round < 10; ++round) {
      for (std::size_t i = 0; i < requests.size(); ++i) {
        exchange.world.change_options(*requests[i].membership_id);
        if (!exchange.world.provision().publish(provisioning[i], *requests[i].membership_id)) ++errors;
      }
    }
    finished = true;
  }
  CHECK(errors == 0);
  exchange.done(rs1);
  exchange.done(rs2);
  exchange.confirm("rs1");
  CHECK(exchange.world.value("SELECT count(*) FROM membership WHERE confirmed_version = 11") == "6");
  CHECK(exchange.world.value("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == "0");
}
