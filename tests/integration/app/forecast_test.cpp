#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/store/forecast_store.h"
#include "core/store/job_store.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

const std::string kOne = "/api/v1/admin/route-servers/rs1";

/// As a worker leaves it after an apply that was undone.
domain::Revision undone_change(AppWorld& world) {
  store::Database worker(world.database.settings("ztix_worker"));
  store::PgJobStore jobs(worker);
  store::PgForecastStore forecasts(worker);
  const auto revision = world.route_servers.route_server("rs1").value().wanted_revision;
  const auto id = jobs.enqueue({"rs.apply", "route_server:rs1", revision, 1, std::chrono::milliseconds(0), ""}).value();
  const auto job = jobs.claim_one("w1", std::chrono::seconds(60), id).value().value();
  service::ForecastRecord told;
  told.revision = revision;
  told.change = domain::ChangeClass::shared;
  told.restarts = 2;
  told.shared = {domain::SharedPart::policy};
  told.sessions = {{"as64496_0001_n1_v4", domain::SessionChange::refilter, false, "import filter", false, {}, {}}};
  told.diff = "--- root\n+++ root\n@@ -1,1 +1,1 @@\n-if net.len < 24\n+if net.len < 25\n";
  REQUIRE(forecasts.record_forecast(job, "rs1", told));
  service::MeasurementRecord measured;
  measured.verdict = service::ApplyVerdict::harm;
  measured.harm = "Routes given to session as64496_0001_n1_v4 went from 12 to 0.";
  measured.restarts = 1;
  measured.before = {4, {40, 0, 120, 40}, {{"ztix_roa_v4", 9}}};
  measured.after = {3, {40, 0, 12, 40}, {{"ztix_roa_v4", 9}}};
  REQUIRE(forecasts.record_measurement(job, "rs1", revision, measured));
  return revision;
}

}  // namespace

TEST_CASE("What a change was foreseen to do and did is shown to administrators, as JSON and on the page") {
  AppWorld world;
  world.add_route_server("rs1", 1);
  const auto admin = world.browser("admin");
  CHECK(world.send_as(admin, "GET", kOne).data().at("forecast").is_null());
  const auto revision = undone_change(world);
  const auto forecast = world.send_as(admin, "GET", kOne).data().at("forecast");
  CHECK(forecast.at("revision") == revision);
  CHECK(forecast.at("change") == "shared");
  CHECK(forecast.at("restarts") == 2);
  CHECK(forecast.at("shared") == json::array({"policy"}));
  CHECK(forecast.at("sessions").at(0).at("change") == "refilter");
  CHECK(forecast.at("measured").at("verdict") == "harm");
  CHECK(forecast.at("measured").at("restarts") == 1);
  CHECK(forecast.at("measured").at("after").at("routes").at("exported") == 12);
  CHECK(world.send_as(admin, "GET", kOne + "?revision=" + std::to_string(revision)).data().at("forecast") == forecast);
  CHECK(world.send_as(admin, "GET", kOne + "?revision=999").data().at("forecast").is_null());
  CHECK(world.send_as(admin, "GET", kOne + "?revision=x").status == 422);
  CHECK(world.send_as(world.browser("alice"), "GET", kOne).status == 403);

  const auto page = world.send_as(admin, "GET", "/admin/route-servers").body;
  CHECK(page.find("2 restarts foreseen") != std::string::npos);
  CHECK(page.find("went from 12 to 0.") != std::string::npos);
  CHECK(page.find("if net.len &lt; 25") != std::string::npos);
}

}  // namespace ztix::test
