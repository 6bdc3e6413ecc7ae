#include "core/store/forecast_store.h"

#include "core/store/forecast_json.h"
#include "core/store/job_transaction.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Revision;
using service::Actor;
using service::Baseline;
using service::ForecastView;
using service::Job;

Result<ForecastView> read_view(const Row& row) {
  ForecastView view;
  auto& forecast = view.forecast;
  forecast.revision = row.get<Revision>("revision");
  forecast.from_revision = row.get<Revision>("from_revision");
  forecast.change = row.get_enum(domain::kChangeClasses, "change_class");
  forecast.restarts = row.get<int>("restarts");
  forecast.unnamed_restarts = row.get<int>("unnamed_restarts");
  forecast.diff = row.get<std::string>("diff");
  ZTIX_CHECK(decode_content(row.get<std::string>("content"), forecast));
  view.computed_at = row.get<Timestamp>("computed_at");
  view.measured_at = row.get<std::optional<Timestamp>>("measured_at");
  view.measured.verdict = row.get_enum(service::kApplyVerdicts, "verdict");
  view.measured.harm = row.get<std::string>("harm");
  view.measured.restarts = row.get<int>("measured_restarts");
  if (const auto measurement = row.get<std::optional<std::string>>("measurement")) {
    ZTIX_CHECK(decode(*measurement, view.measured));
  }
  return view;
}

Error nothing_foreseen() { return fail(ErrorCode::not_found, "Nothing was foreseen of this revision there."); }

}  // namespace

Status PgForecastStore::record_forecast(const Job& job, const std::string& route_server,
                                        const service::ForecastRecord& forecast) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    const auto rows =
        transaction.execute(queries::forecast_record,
                            {route_server, forecast.revision, forecast.from_revision, forecast.change,
                             forecast.restarts, forecast.unnamed_restarts, encode_content(forecast), forecast.diff});
    if (rows.empty()) return nothing_foreseen();
    return {};
  });
}

Status PgForecastStore::record_baseline(const Job& job, const std::string& route_server, const Baseline& baseline) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    transaction.execute(queries::forecast_record_baseline,
                        {route_server, encode(baseline), service::kBaselineAge.count()});
    return {};
  });
}

Result<std::optional<Baseline>> PgForecastStore::earlier_baseline(const std::string& route_server) {
  return database_.read([&](Session& session) -> Result<std::optional<Baseline>> {
    const auto row = session.execute(queries::forecast_earlier_baseline, {route_server, service::kBaselineAge.count()})
                         .at_most_one();
    if (!row) return std::optional<Baseline>();
    ZTIX_ASSIGN(auto baseline, decode_baseline(row->get<std::string>("content")));
    return std::optional<Baseline>(std::move(baseline));
  });
}

Status PgForecastStore::record_measurement(const Job& job, const std::string& route_server, Revision revision,
                                           const service::MeasurementRecord& measured) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    const auto rows = transaction.execute(
        queries::forecast_record_measurement,
        {route_server, revision, measured.verdict, measured.harm, measured.restarts, encode(measured)});
    if (rows.empty()) return nothing_foreseen();
    if (measured.verdict == service::ApplyVerdict::good) {
      transaction.execute(queries::forecast_forget_baseline, {route_server});
    }
    return {};
  });
}

Result<std::vector<service::WitnessHost>> PgForecastStore::witnesses(const std::string& route_server) {
  return database_.read([&](Session& session) -> Result<std::vector<service::WitnessHost>> {
    std::vector<service::WitnessHost> hosts;
    for (const auto row : session.execute(queries::forecast_witnesses, {route_server})) {
      hosts.push_back(
          {{row.get<std::string>("name"), row.get<std::string>("ssh_host"), row.get<std::uint16_t>("ssh_port"),
            row.get<std::string>("ssh_user"), row.get<std::string>("host_key")},
           row.get<std::int64_t>("fence")});
    }
    return hosts;
  });
}

Result<std::optional<ForecastView>> PgForecastStore::forecast(const std::string& route_server,
                                                              std::optional<Revision> revision) {
  return database_.read([&](Session& session) -> Result<std::optional<ForecastView>> {
    const auto known = session.execute(queries::apply_route_server, {route_server}).at_most_one();
    if (!known) {
      return fail(ErrorCode::not_found, "There is no route server " + route_server + ".")
          .with_reason("unknown_route_server");
    }
    const auto row = session.execute(queries::forecast_read, {known->get<std::int64_t>("id"), revision}).at_most_one();
    if (!row) return std::optional<ForecastView>();
    ZTIX_ASSIGN(auto view, read_view(*row));
    return std::optional<ForecastView>(std::move(view));
  });
}

Result<std::string> PgForecastStore::released_templates() {
  return database_.read([](Session& session) -> Result<std::string> {
    const auto row = session.execute(queries::forecast_released_templates).at_most_one();
    return row ? row->get<std::string>("digest") : std::string();
  });
}

}  // namespace ztix::store
