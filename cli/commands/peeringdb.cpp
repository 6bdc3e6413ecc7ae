#include <algorithm>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "core/service/peeringdb_words.h"
#include "core/store/peeringdb_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;
using service::PeeringDbView;

struct Options {
  std::vector<std::string> asns;
  int wait_seconds = 60;
};

json count_of(const std::optional<std::uint32_t>& count) { return count ? json(*count) : json(nullptr); }
json time_of(const std::optional<Timestamp>& at) { return at ? json(to_rfc3339(*at)) : json(nullptr); }

json to_json(const service::PeeringDbEntry& entry) {
  auto as_sets = json::array();
  for (const auto& set : entry.as_sets.sets) as_sets.push_back(set.text());
  auto contacts = json::array();
  for (const auto& contact : entry.contacts) {
    contacts.push_back(
        {{"role", contact.role}, {"name", contact.name}, {"email", contact.email}, {"phone", contact.phone}});
  }
  return {{"name", entry.name},
          {"aka", entry.aka},
          {"as_sets", as_sets},
          {"unreadable_as_sets", entry.as_sets.unreadable},
          {"prefixes", {{"ipv4", count_of(entry.prefixes_v4)}, {"ipv6", count_of(entry.prefixes_v6)}}},
          {"never_via_route_servers", entry.never_via_route_servers},
          {"policy", entry.policy},
          {"policy_url", entry.policy_url},
          {"website", entry.website},
          {"exchanges", entry.exchanges},
          {"route_server_exchanges", entry.route_server_exchanges},
          {"contacts", contacts}};
}

json to_json(const PeeringDbView& view) {
  return {{"asn", view.asn.number()},
          {"status", to_string(view.knowledge())},
          {"words", service::knowledge_in_words(view)},
          {"warnings", service::warnings_in_words(view)},
          {"entry", view.entry ? to_json(*view.entry) : json(nullptr)},
          {"seen_at", time_of(view.seen_at)},
          {"age_seconds", view.entry ? json(view.age.count()) : json(nullptr)},
          {"asked_at", time_of(view.asked_at)},
          {"gone_since", time_of(view.gone_since)}};
}

Result<json> show(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto asn, asn_argument("ASN", options.asns.front()));
  ZTIX_ASSIGN(const auto view, store::PgPeeringDbStore(context.database()).view(asn));
  return to_json(view);
}

std::string text_of(const json& value) { return value.is_null() ? "not said" : value.dump(); }

void print_entry(const json& entry) {
  const auto line = [](const char* name, const std::string& value) {
    if (!value.empty()) std::cout << "  " << name << ": " << value << '\n';
  };
  std::string sets;
  for (const auto& set : entry["as_sets"]) sets += (sets.empty() ? "" : " ") + set.get<std::string>();
  line("name", entry["name"].get<std::string>());
  line("aka", entry["aka"].get<std::string>());
  line("AS-SETs", sets.empty() ? "none" : sets);
  line("prefixes", "IPv4 " + text_of(entry["prefixes"]["ipv4"]) + ", IPv6 " + text_of(entry["prefixes"]["ipv6"]));
  line("policy", entry["policy"].get<std::string>());
  line("policy page", entry["policy_url"].get<std::string>());
  line("website", entry["website"].get<std::string>());
  line("exchanges",
       entry["exchanges"].dump() + ", with the route servers of " + entry["route_server_exchanges"].dump());
  for (const auto& contact : entry["contacts"]) {
    line("contact", contact["role"].get<std::string>() + " " + contact["name"].get<std::string>() + " " +
                        contact["email"].get<std::string>() + " " + contact["phone"].get<std::string>());
  }
}

void print(const json& view) {
  std::cout << "AS" << view["asn"] << ": " << view["words"].get<std::string>() << '\n';
  for (const auto& warning : view["warnings"]) std::cout << "  ! " << warning.get<std::string>() << '\n';
  if (!view["entry"].is_null()) print_entry(view["entry"]);
}

/// Over when there is an answer about each that is newer than the one before.
Result<Progress<json>> look(service::PeeringDbStore& store, const std::vector<PeeringDbView>& before) {
  std::vector<domain::Asn> asns;
  for (const auto& view : before) asns.push_back(view.asn);
  ZTIX_ASSIGN(const auto now, store.views(asns));
  auto answered = json::array();
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (now[i].asked_at && now[i].asked_at != before[i].asked_at) answered.push_back(to_json(now[i]));
  }
  const auto outage = now.empty() ? std::string() : now.front().outage;
  const auto line = std::to_string(answered.size()) + " of " + std::to_string(before.size()) + " answered" +
                    (outage.empty() ? "" : "; PeeringDB does not answer: " + outage);
  if (answered.size() < before.size()) return Progress<json>{std::nullopt, line};
  return Progress<json>{std::move(answered), line};
}

Result<json> refresh(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto named, all_of<domain::Asn>("ASN", options.asns, asn_argument));
  store::PgPeeringDbStore store(context.database());
  ZTIX_ASSIGN(const auto before, store.order(named, context.actor()));
  auto done = wait_for<json>(std::chrono::seconds(options.wait_seconds), [&] { return look(store, before); });
  if (done || done.error().code != ErrorCode::timeout) return done;
  return fail(ErrorCode::timeout, "Ordered, but PeeringDB has not answered about all of them yet.")
      .with_fact("remedy",
                 "See that ztix-worker runs and that PEERINGDB_REFRESH_SECONDS is not 0. Then: ztix "
                 "peeringdb show ASN");
}

void print_all(const json& views) {
  if (views.empty()) std::cout << "Nobody to ask about.\n";
  for (const auto& view : views) print(view);
}

}  // namespace

void add_peeringdb(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("peeringdb", "What PeeringDB says about networks");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* show_command = group->add_subcommand("show", "What is known of one network, and how old it is");
  show_command->add_option("asn", options->asns, "Its AS number")->required()->expected(1);
  show_command->footer("Example: ztix peeringdb show 64496");
  show_command->callback([&context, options] { context.finish(show(context, *options), print); });
  auto* refresh_command = group->add_subcommand("refresh", "Let a worker ask PeeringDB now");
  refresh_command->add_option("asn", options->asns, "AS numbers; none: all that the exchange deals with");
  refresh_command->add_option("--wait-seconds", options->wait_seconds, "Give up waiting for the answer after so long")
      ->check(CLI::Range(0, 3'600))
      ->capture_default_str();
  refresh_command->footer("PeeringDB's limits are kept, so it may take a while. Example: ztix peeringdb refresh 64496");
  refresh_command->callback([&context, options] { context.finish(refresh(context, *options), print_all); });
}

}  // namespace ztix::cli
