#pragma once

/// @file tests/contract/store_jobs/forecast_store_contract.h
/// What every service::ForecastStore does; the world is delivery_world.h's, with `forecasts()`.

#include "core/service/ports/forecast_store.h"
#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

inline service::ForecastRecord a_forecast(domain::Revision revision) {
  return {revision,
          revision - 1,
          domain::ChangeClass::restarts,
          2,
          1,
          {domain::SharedPart::policy, domain::SharedPart::rtr},
          {{"as64496_0001_n1_v4", domain::SessionChange::restart, false, "hold time", false, {}, {}},
           {"as64497_0001_n1_v6", domain::SessionChange::restart, true, "password", false, {}, {}}},
          "--- root\n+++ root\n"};
}

inline service::MeasurementRecord a_measurement(service::ApplyVerdict verdict) {
  service::MeasurementRecord measured;
  measured.verdict = verdict;
  if (verdict == service::ApplyVerdict::harm) measured.harm = "Session as64496_0001_n1_v4 was lost.";
  measured.restarts = 3;
  measured.sessions = {{"as64496_0001_n1_v4", domain::SessionChange::restart, false, "hold time", true,
                        service::SessionCounters{1, 2, 3, 4}, std::nullopt}};
  measured.before = {7, {10, 20, 30, 40}, {{"ztix_roa_v4", 1000}}};
  measured.after = {6, {11, 21, 31, 41}, {{"ztix_roa_v4", 0}}};
  return measured;
}

inline service::Baseline a_baseline(const std::string& session) {
  service::Baseline baseline;
  baseline.probe.server_time = "2026-11-21T09:00:00";
  baseline.probe.protocols = {{session, "BGP", "up", "2026-11-21T08:00:00", "Established"}};
  baseline.probe.protocols.front().counters = service::SessionCounters{1, 2, 3, 4};
  baseline.probe.roa_counts = {{"ztix_roa_v4", 5}};
  baseline.steady = {session};
  return baseline;
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore gives back what was foreseen and what was measured", World, forecast_kept) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.forecasts();
  CHECK_FALSE(store.forecast("rs1", std::nullopt).value());
  CHECK(store.forecast("rs9", std::nullopt).error().code == ErrorCode::not_found);
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  const auto wanted = a_forecast(revision);
  REQUIRE(store.record_forecast(job, "rs1", wanted));
  auto view = store.forecast("rs1", revision).value();
  REQUIRE(view);
  CHECK(view->forecast.from_revision == wanted.from_revision);
  CHECK(view->forecast.change == wanted.change);
  CHECK(view->forecast.restarts == 2);
  CHECK(view->forecast.unnamed_restarts == 1);
  CHECK(view->forecast.shared == wanted.shared);
  CHECK(view->forecast.sessions == wanted.sessions);
  CHECK(view->forecast.diff == wanted.diff);
  CHECK(view->measured.verdict == service::ApplyVerdict::none);
  CHECK_FALSE(view->measured_at);
  const auto harm = a_measurement(service::ApplyVerdict::harm);
  REQUIRE(store.record_measurement(job, "rs1", revision, harm));
  view = store.forecast("rs1", std::nullopt).value();
  CHECK(view->measured.verdict == service::ApplyVerdict::harm);
  CHECK(view->measured.harm == harm.harm);
  CHECK(view->measured.restarts == 3);
  CHECK(view->measured.sessions == harm.sessions);
  CHECK(view->measured.before == harm.before);
  CHECK(view->measured.after == harm.after);
  CHECK(view->measured_at);
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore forgets the measurement when the same revision is tried again", World,
                          forecast_again) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.forecasts();
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  CHECK(store.record_measurement(job, "rs1", revision, a_measurement(service::ApplyVerdict::good)).error().code ==
        ErrorCode::not_found);
  REQUIRE(store.record_forecast(job, "rs1", a_forecast(revision)));
  REQUIRE(store.record_measurement(job, "rs1", revision, a_measurement(service::ApplyVerdict::harm)));
  REQUIRE(store.record_forecast(job, "rs1", a_forecast(revision)));
  const auto view = store.forecast("rs1", revision).value();
  CHECK(view->measured.verdict == service::ApplyVerdict::none);
  CHECK(view->measured.sessions.empty());
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore keeps a baseline until an apply ends well", World, forecast_baseline) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.forecasts();
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  REQUIRE(store.record_forecast(job, "rs1", a_forecast(revision)));
  CHECK_FALSE(store.earlier_baseline("rs1").value());
  REQUIRE(store.record_baseline(job, "rs1", a_baseline("as64496_0001_n1_v4")));
  REQUIRE(store.record_measurement(job, "rs1", revision, a_measurement(service::ApplyVerdict::harm)));
  const auto earlier = store.earlier_baseline("rs1").value();
  REQUIRE(earlier);
  const auto wanted = a_baseline("as64496_0001_n1_v4");
  CHECK(earlier->steady == wanted.steady);
  CHECK(earlier->probe.server_time == wanted.probe.server_time);
  CHECK(earlier->probe.roa_counts == wanted.probe.roa_counts);
  REQUIRE(earlier->probe.protocols.size() == 1);
  CHECK(earlier->probe.protocols[0].is_established());
  CHECK(earlier->probe.protocols[0].since == "2026-11-21T08:00:00");
  CHECK(earlier->probe.protocols[0].counters == wanted.probe.protocols[0].counters);
  REQUIRE(store.record_baseline(job, "rs1", a_baseline("as64497_0001_n1_v4")));
  CHECK(store.earlier_baseline("rs1").value()->steady.contains("as64497_0001_n1_v4"));
  REQUIRE(store.record_measurement(job, "rs1", revision, a_measurement(service::ApplyVerdict::good)));
  CHECK_FALSE(store.earlier_baseline("rs1").value());
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore takes a baseline for too old after a quarter of an hour, whatever was retried",
                          World, forecast_baseline_age) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.forecasts();
  const auto job = exchange.applying("rs1");
  REQUIRE(store.record_baseline(job, "rs1", a_baseline("as64496_0001_n1_v4")));
  exchange.world.age_baselines(std::chrono::minutes(10));
  REQUIRE(store.record_baseline(job, "rs1", a_baseline("as64496_0001_n1_v4")));
  CHECK(store.earlier_baseline("rs1").value());
  exchange.world.age_baselines(std::chrono::minutes(6));
  CHECK_FALSE(store.earlier_baseline("rs1").value());
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore names the others that are in service, with their fences", World,
                          forecast_witnesses) {
  Delivery<World> exchange;
  exchange.enabled_route_server(1);
  exchange.enabled_route_server(2);
  exchange.add_route_server(3);
  const auto others = exchange.world.forecasts().witnesses("rs1").value();
  REQUIRE(others.size() == 1);
  CHECK(others[0].endpoint.name == "rs2");
  CHECK(others[0].endpoint.host_key == "ssh-ed25519 AAAA2");
  exchange.publish(exchange.member(64496));
  const auto job = exchange.applying("rs2");
  CHECK(exchange.world.forecasts().witnesses("rs1").value()[0].fence == job.target_fence);
}

TEST_CASE_TEMPLATE_DEFINE("ForecastStore writes nothing for a worker that lost the job", World, forecast_fenced) {
  Delivery<World> exchange;
  exchange.add_route_server(1);
  auto& store = exchange.world.forecasts();
  const auto job = exchange.applying("rs1");
  const auto revision = exchange.newest("rs1").revision;
  exchange.world.steal(job);
  CHECK(store.record_forecast(job, "rs1", a_forecast(revision)).error().code == ErrorCode::fenced);
  CHECK(store.record_baseline(job, "rs1", a_baseline("x")).error().code == ErrorCode::fenced);
  CHECK(store.record_measurement(job, "rs1", revision, a_measurement(service::ApplyVerdict::good)).error().code ==
        ErrorCode::fenced);
}

#define ZTIX_FORECAST_STORE_CONTRACT(World)                \
  TEST_CASE_TEMPLATE_INVOKE(forecast_kept, World);         \
  TEST_CASE_TEMPLATE_INVOKE(forecast_again, World);        \
  TEST_CASE_TEMPLATE_INVOKE(forecast_baseline, World);     \
  TEST_CASE_TEMPLATE_INVOKE(forecast_baseline_age, World); \
  TEST_CASE_TEMPLATE_INVOKE(forecast_witnesses, World);    \
  TEST_CASE_TEMPLATE_INVOKE(forecast_fenced, World)

}  // namespace ztix::test
