#include "core/store/forecast_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace ztix::store {
namespace {

using nlohmann::json;
using service::Baseline;
using service::ForecastSession;
using service::ProtocolStatus;
using service::RouteTotals;
using service::SessionCounters;

/// jsonb holds no NUL character, and a host may print anything.
std::string clean(std::string text) {
  std::erase(text, '\0');
  return text;
}

std::string dumped(const json& document) { return document.dump(-1, ' ', false, json::error_handler_t::replace); }

json to_json(const SessionCounters& counters) {
  return json::array({counters.imported, counters.filtered, counters.exported, counters.preferred});
}
json to_json(const std::optional<SessionCounters>& counters) { return counters ? to_json(*counters) : json(nullptr); }

SessionCounters counters_from(const json& value) {
  return {value.at(0).get<std::int64_t>(), value.at(1).get<std::int64_t>(), value.at(2).get<std::int64_t>(),
          value.at(3).get<std::int64_t>()};
}
std::optional<SessionCounters> optional_counters(const json& value) {
  return value.is_null() ? std::nullopt : std::optional(counters_from(value));
}

json to_json(const RouteTotals& totals) {
  return {{"up", totals.up}, {"routes", to_json(totals.routes)}, {"roas", totals.roas}};
}
RouteTotals totals_from(const json& value) {
  return {value.at("up").get<int>(), counters_from(value.at("routes")),
          value.at("roas").get<std::map<std::string, std::int64_t>>()};
}

json to_json(const std::vector<ForecastSession>& sessions) {
  auto list = json::array();
  for (const auto& session : sessions) {
    list.push_back({{"name", clean(session.name)},
                    {"change", domain::to_string(session.change)},
                    {"is_named", session.is_named},
                    {"because", clean(session.because)},
                    {"has_restarted", session.has_restarted},
                    {"before", to_json(session.before)},
                    {"after", to_json(session.after)}});
  }
  return list;
}

template <class Enum, std::size_t N>
Enum enum_from(const std::array<Enum, N>& all, const json& value) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&value](Enum each) { return to_string(each) == value.get<std::string>(); });
  if (found == all.end()) throw json::other_error::create(501, "unknown word", nullptr);
  return *found;
}

std::vector<ForecastSession> sessions_from(const json& list) {
  std::vector<ForecastSession> sessions;
  for (const auto& value : list) {
    sessions.push_back({value.at("name").get<std::string>(), enum_from(domain::kSessionChanges, value.at("change")),
                        value.at("is_named").get<bool>(), value.at("because").get<std::string>(),
                        value.at("has_restarted").get<bool>(), optional_counters(value.at("before")),
                        optional_counters(value.at("after"))});
  }
  return sessions;
}

/// Runs `read(document)`; whatever the library does not find is a damaged record.
template <class Read>
auto reading(const std::string& text, Read read) -> decltype(read(json())) {
  try {
    return read(json::parse(text));
  } catch (const json::exception& error) {
    return fail(ErrorCode::internal, "A stored forecast cannot be read.").with_detail(error.what());
  }
}

}  // namespace

std::string encode_content(const service::ForecastRecord& forecast) {
  auto shared = json::array();
  for (const auto part : forecast.shared) shared.push_back(domain::to_string(part));
  return dumped({{"shared", shared}, {"sessions", to_json(forecast.sessions)}});
}

Status decode_content(const std::string& text, service::ForecastRecord& forecast) {
  return reading(text, [&forecast](const json& document) -> Status {
    for (const auto& part : document.at("shared")) forecast.shared.insert(enum_from(domain::kSharedParts, part));
    forecast.sessions = sessions_from(document.at("sessions"));
    return {};
  });
}

std::string encode(const service::MeasurementRecord& measured) {
  return dumped({{"sessions", to_json(measured.sessions)},
                 {"before", to_json(measured.before)},
                 {"after", to_json(measured.after)}});
}

Status decode(const std::string& text, service::MeasurementRecord& measured) {
  return reading(text, [&measured](const json& document) -> Status {
    measured.sessions = sessions_from(document.at("sessions"));
    measured.before = totals_from(document.at("before"));
    measured.after = totals_from(document.at("after"));
    return {};
  });
}

std::string encode(const Baseline& baseline) {
  auto sessions = json::array();
  for (const auto& protocol : baseline.probe.protocols) {
    if (protocol.protocol != "BGP") continue;
    sessions.push_back({{"name", clean(protocol.name)},
                        {"state", clean(protocol.state)},
                        {"since", clean(protocol.since)},
                        {"info", clean(protocol.info)},
                        {"counters", to_json(protocol.counters)}});
  }
  return dumped({{"server_time", clean(baseline.probe.server_time)},
                 {"bird_started", clean(baseline.probe.bird_started)},
                 {"roas", baseline.probe.roa_counts},
                 {"steady", baseline.steady},
                 {"sessions", sessions}});
}

Result<Baseline> decode_baseline(const std::string& text) {
  return reading(text, [](const json& document) -> Result<Baseline> {
    Baseline baseline;
    baseline.probe.server_time = document.at("server_time").get<std::string>();
    baseline.probe.bird_started = document.value("bird_started", "");
    baseline.probe.roa_counts = document.at("roas").get<std::map<std::string, std::int64_t>>();
    baseline.steady = document.at("steady").get<std::set<std::string>>();
    for (const auto& value : document.at("sessions")) {
      ProtocolStatus protocol{value.at("name").get<std::string>(), "BGP", value.at("state").get<std::string>(),
                              value.at("since").get<std::string>(), value.at("info").get<std::string>()};
      protocol.counters = optional_counters(value.at("counters"));
      baseline.probe.protocols.push_back(std::move(protocol));
    }
    return baseline;
  });
}

}  // namespace ztix::store
