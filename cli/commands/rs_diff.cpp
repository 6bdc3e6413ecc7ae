#include "cli/commands/rs_diff.h"

#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/context.h"
#include "cli/output.h"
#include "core/render/bird_config.h"
#include "core/service/config_diff.h"
#include "core/store/apply_store.h"
#include "core/store/forecast_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string name;
  domain::Revision revision = 0;  ///< 0: the newest
};

json to_json(const std::optional<service::SessionCounters>& counters) {
  if (!counters) return nullptr;
  return {{"imported", counters->imported},
          {"filtered", counters->filtered},
          {"exported", counters->exported},
          {"preferred", counters->preferred}};
}

json to_json(const service::RouteTotals& totals) {
  return {{"sessions_up", totals.up}, {"routes", to_json(std::optional(totals.routes))}, {"roas", totals.roas}};
}

json to_json(const std::vector<service::ForecastSession>& sessions) {
  auto list = json::array();
  for (const auto& session : sessions) {
    list.push_back({{"name", session.name},
                    {"change", domain::to_string(session.change)},
                    {"is_named", session.is_named},
                    {"because", session.because},
                    {"has_restarted", session.has_restarted},
                    {"before", to_json(session.before)},
                    {"after", to_json(session.after)}});
  }
  return list;
}

json to_json(const service::ForecastView& view) {
  const auto& told = view.forecast;
  auto shared = json::array();
  for (const auto part : told.shared) shared.push_back(domain::to_string(part));
  json measured = nullptr;
  if (view.measured_at) {
    measured = {{"at", to_rfc3339(*view.measured_at)},
                {"verdict", to_string(view.measured.verdict)},
                {"harm", view.measured.harm},
                {"restarts", view.measured.restarts},
                {"before", to_json(view.measured.before)},
                {"after", to_json(view.measured.after)},
                {"sessions", to_json(view.measured.sessions)}};
  }
  return {{"revision", told.revision},
          {"from_revision", told.from_revision},
          {"change", domain::to_string(told.change)},
          {"restarts", told.restarts},
          {"unnamed_restarts", told.unnamed_restarts},
          {"shared", shared},
          {"sessions", to_json(told.sessions)},
          {"diff", told.diff},
          {"measured", measured}};
}

/// As a worker would foresee it now, from what is on record. Another build's text of what runs is only on the host.
Result<service::ForecastView> foreseen(store::PgApplyStore& store, const service::ApplySubject& subject,
                                       const domain::ConfigSnapshot& wanted) {
  std::optional<service::ConfigText> before;
  domain::ConfigSnapshot old;
  old.route_server = wanted.route_server;
  if (subject.confirmed) {
    ZTIX_ASSIGN(old, store.snapshot(subject.endpoint.name, subject.confirmed->revision));
    ZTIX_ASSIGN(const auto rendered, render::render_route_server(old));
    if (rendered.ztix_digest != subject.confirmed->config_digest) {
      return fail(ErrorCode::conflict,
                  "What runs there was written by another version of ZTIX; the worker compares it when it applies.")
          .with_reason("other_version");
    }
    before = service::text_of(rendered);
  }
  ZTIX_ASSIGN(const auto rendered, render::render_route_server(wanted));
  const auto after = service::text_of(rendered);
  const auto told = service::forecast(before, after, service::named_sessions(old, wanted));
  const auto from = subject.confirmed ? subject.confirmed->revision : 0;
  return service::ForecastView{
      service::record_of(told, from, wanted.revision, service::config_diff(before, after)), {}, {}, std::nullopt};
}

Result<json> diff(Context& context, const Options& options) {
  store::PgApplyStore store(context.database());
  ZTIX_ASSIGN(const auto subject, store.subject(options.name));
  if (options.revision > subject.highest) {
    return fail(ErrorCode::not_found, "There is no revision " + std::to_string(options.revision) +
                                          " yet; the newest is " + std::to_string(subject.highest) + ".")
        .with_fact("remedy", "Look at: ztix rs show " + options.name);
  }
  const auto revision = options.revision == 0 ? subject.newest.revision : options.revision;
  ZTIX_ASSIGN(const auto known, store::PgForecastStore(context.database()).forecast(options.name, revision));
  if (known) return to_json(*known);
  if (options.revision == 0) {
    ZTIX_ASSIGN(const auto view, foreseen(store, subject, subject.newest));
    return to_json(view);
  }
  ZTIX_ASSIGN(const auto wanted, store.snapshot(options.name, revision));
  ZTIX_ASSIGN(const auto view, foreseen(store, subject, wanted));
  return to_json(view);
}

std::string count(const json& counters, const char* which) { return counters.is_null() ? "-" : counters[which].dump(); }

void print_sessions(const json& sessions) {
  if (sessions.empty()) return;
  Table table({"SESSION", "FORESEEN", "BECAUSE", "RESTARTED", "ACCEPTED", "REFUSED", "GIVEN"});
  for (const auto& session : sessions) {
    const auto moved = [&session](const char* which) {
      const auto before = count(session["before"], which);
      const auto after = count(session["after"], which);
      return before == after ? after : before + " -> " + after;
    };
    table.add({session["name"].get<std::string>(), session["change"].get<std::string>(),
               session["because"].get<std::string>(), session["has_restarted"].get<bool>() ? "yes" : "no",
               moved("imported"), moved("filtered"), moved("exported")});
  }
  table.print(std::cout);
}

void print(const json& view) {
  std::cout << view["diff"].get<std::string>();
  std::cout << "Revision " << view["revision"] << " after " << view["from_revision"] << ": "
            << view["change"].get<std::string>() << ", " << view["restarts"] << " restarts foreseen, "
            << view["unnamed_restarts"] << " of them of members that did not change\n";
  const auto& measured = view["measured"];
  print_sessions(measured.is_null() ? view["sessions"] : measured["sessions"]);
  if (measured.is_null()) return;
  std::cout << "Measured: " << measured["verdict"].get<std::string>() << ", " << measured["restarts"]
            << " restarts, sessions up " << measured["before"]["sessions_up"] << " -> "
            << measured["after"]["sessions_up"] << '\n';
  if (const auto harm = measured["harm"].get<std::string>(); !harm.empty()) std::cout << "Undone: " << harm << '\n';
}

}  // namespace

void describe_diff(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command =
      group.add_subcommand("diff", "What a revision changes there, what was foreseen and what was measured");
  command->add_option("name", options->name, "Of the route server")->required();
  command->add_option("--revision", options->revision, "Another one than the newest")->check(CLI::PositiveNumber);
  command->footer("Example: ztix rs diff rs1");
  command->callback([&context, options] { context.finish(diff(context, *options), print); });
}

}  // namespace ztix::cli
