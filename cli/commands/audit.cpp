#include <chrono>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/base/parse_time.h"
#include "core/store/audit_head_file.h"
#include "core/store/audit_log.h"
#include "core/store/audit_verifier.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct ListOptions {
  std::string actor, action, subject, from, to, cursor;
  int limit = 50;
};

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<std::optional<Timestamp>> time_of(const std::string& text, const char* option) {
  if (text.empty()) return std::optional<Timestamp>();
  if (const auto at = parse_time(text)) return at;
  return fail(ErrorCode::invalid_argument,
              std::string(option) + " is a day or a time in UTC, e.g. 2026-11-21 or 2026-11-21T04:05:06Z.");
}

Result<service::AuditFilter> filter_of(const ListOptions& options) {
  service::AuditFilter filter;
  filter.actor = unless_empty(options.actor);
  filter.action = unless_empty(options.action);
  if (!options.subject.empty()) ZTIX_CHECK(service::set_subject(filter, options.subject));
  ZTIX_ASSIGN(filter.from, time_of(options.from, "--from"));
  ZTIX_ASSIGN(filter.to, time_of(options.to, "--to"));
  return filter;
}

json entry_json(const service::AuditEntry& entry) {
  return {{"id", entry.id},
          {"at", to_rfc3339(entry.at)},
          {"actor_kind", service::to_string(entry.actor.kind)},
          {"actor", entry.actor.name},
          {"remote_address", entry.actor.remote_address},
          {"trace_id", entry.actor.trace_id},
          {"action", entry.action},
          {"subject", entry.subject_kind + ":" + entry.subject_id},
          {"facts", entry.facts}};
}

Result<json> list(Context& context, const ListOptions& options) {
  ZTIX_ASSIGN(const auto filter, filter_of(options));
  store::PgAuditLog audit(context.database());
  ZTIX_ASSIGN(const auto found, audit.list(filter, {options.limit, options.cursor}));
  auto all = json::array();
  for (const auto& entry : found.items) all.push_back(entry_json(entry));
  return all;
}

std::string facts_line(const json& facts) {
  std::string line;
  for (const auto& [name, value] : facts.items())
    line += (line.empty() ? "" : " ") + name + "=" + value.get<std::string>();
  return line;
}

void print_entries(const json& entries) {
  Table table({"ID", "AT", "ACTOR", "ACTION", "SUBJECT", "FACTS"});
  for (const auto& entry : entries) {
    table.add({std::to_string(entry["id"].get<std::int64_t>()), entry["at"].get<std::string>(),
               entry["actor"].get<std::string>(), entry["action"].get<std::string>(),
               entry["subject"].get<std::string>(), facts_line(entry["facts"])});
  }
  table.print(std::cout);
}

Result<service::AuditChain> chain_of(Context& context) {
  if (!context.settings().audit_key.empty()) return service::AuditChain(context.settings().audit_key);
  return fail(ErrorCode::invalid_argument, "ZTIX_AUDIT_KEY_FILE is not set: without the key nothing can be checked.");
}

json report_json(const service::AuditReport& report, double seconds) {
  json document{
      {"intact", report.is_intact()},          {"sealed", report.sealed},  {"open", report.open}, {"seconds", seconds},
      {"problem_count", report.problem_count}, {"problems", json::array()}};
  document["head"] = report.head_at.empty() ? json(nullptr) : json{{"at", report.head_at}, {"seq", report.head_seq}};
  for (const auto& problem : report.problems) {
    document["problems"].push_back({{"fault", service::to_string(problem.fault)},
                                    {"seq", problem.seq},
                                    {"audit_id", problem.audit_id},
                                    {"message", problem.message},
                                    {"remedy", problem.remedy}});
  }
  return document;
}

Result<json> verify(Context& context, const std::string& head) {
  ZTIX_ASSIGN(const auto chain, chain_of(context));
  const auto& path = head.empty() ? context.settings().audit_head_file : head;
  std::vector<std::string> heads;
  if (!path.empty()) {
    ZTIX_ASSIGN(heads, store::AuditHeadFile(path).lines());
    if (heads.empty() && !head.empty()) return fail(ErrorCode::not_found, "There are no heads in " + path + ".");
  }
  const auto begin = std::chrono::steady_clock::now();
  ZTIX_ASSIGN(const auto report, store::PgAuditVerifier(context.database(), chain).verify(heads));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (!report.is_intact()) context.exit_code = kFailed;
  return report_json(report, took.count());
}

void print_report(const json& document) {
  for (const auto& problem : document["problems"]) {
    std::cout << problem["fault"].get<std::string>() << ": " << problem["message"].get<std::string>() << "\n  "
              << problem["remedy"].get<std::string>() << "\n";
  }
  const auto found = document["problem_count"].get<std::int64_t>();
  const auto shown = static_cast<std::int64_t>(document["problems"].size());
  if (found > shown) std::cout << "… and " << found - shown << " more\n";
  std::cout << document["sealed"] << " sealed rows checked in " << document["seconds"] << " s, " << document["open"]
            << " not sealed yet: " << (found == 0 ? "intact" : "NOT INTACT") << "\n";
  const auto& head = document["head"];
  if (head.is_null()) {
    std::cout << "No exported head was compared: an end that was cut off is not seen. See ZTIX_AUDIT_HEAD_FILE.\n";
  } else {
    std::cout << "The newest exported head is seal " << head["seq"] << " of " << head["at"].get<std::string>() << ".\n";
  }
}

Result<json> approvals(Context& context, std::int64_t revision) {
  store::PgAuditLog audit(context.database());
  ZTIX_ASSIGN(const auto found, audit.approvals(revision));
  json document{{"revision", found.revision},
                {"created_at", to_rfc3339(found.created_at)},
                {"actor", found.actor},
                {"cause", found.cause},
                {"members", json::array()}};
  for (const auto& member : found.members) {
    json one{{"membership", member.membership_id},
             {"asn", member.asn.number()},
             {"zt_network_id", member.zt_network_id.text()},
             {"router_sequence", member.router_sequence},
             {"request_id", member.request_id ? json(member.request_id->text()) : json(nullptr)},
             {"requested_by", member.requested_by},
             {"approvals", json::array()}};
    for (const auto& entry : member.approvals) one["approvals"].push_back(entry_json(entry));
    document["members"].push_back(std::move(one));
  }
  return document;
}

void print_approvals(const json& document) {
  std::cout << "Revision " << document["revision"] << " of " << document["created_at"].get<std::string>() << ": "
            << document["cause"].get<std::string>() << "\n";
  Table table({"ASN", "NETWORK", "REQUEST", "ASKED BY", "APPROVED BY", "AT"});
  for (const auto& member : document["members"]) {
    const auto request = member["request_id"].is_null() ? "-" : member["request_id"].get<std::string>();
    const auto add = [&](const std::string& by, const std::string& at) {
      table.add({std::to_string(member["asn"].get<std::uint32_t>()), member["zt_network_id"].get<std::string>(),
                 request, member["requested_by"].get<std::string>(), by, at});
    };
    if (member["approvals"].empty()) add("-", "-");
    for (const auto& one : member["approvals"]) add(one["actor"].get<std::string>(), one["at"].get<std::string>());
  }
  table.print(std::cout);
}

void add_list(CLI::App& group, Context& context) {
  auto options = std::make_shared<ListOptions>();
  auto* command = group.add_subcommand("list", "Who did what, newest first");
  command->add_option("--actor", options->actor, "Name of a user, of who typed a command, or of a worker");
  command->add_option("--action", options->action, "e.g. request.approved, or request for all of its actions");
  command->add_option("--subject", options->subject, "KIND or KIND:ID, e.g. request:UUID, route_server:rs1");
  command->add_option("--from", options->from, "From this day or time on (UTC), e.g. 2026-11-21T04:05:06Z");
  command->add_option("--to", options->to, "Before this day or time");
  command->add_option("--limit", options->limit, "How many")->check(CLI::Range(1, 1000))->capture_default_str();
  command->add_option("--cursor", options->cursor,
                      "Only older ones than this id, which the list before has ended with");
  command->footer("Example: ztix audit list --subject route_server:rs1 --from 2026-11-21");
  command->callback([&context, options] { context.finish(list(context, *options), print_entries); });
}

void add_verify(CLI::App& group, Context& context) {
  auto head = std::make_shared<std::string>();
  auto* command = group.add_subcommand("verify", "Find what was changed in the audit log past the programs");
  command->add_option("--head", *head, "File with exported heads; without it, ZTIX_AUDIT_HEAD_FILE");
  command->footer("Exit code 1 when something is wrong. Needs ZTIX_AUDIT_KEY_FILE. Example: ztix audit verify");
  command->callback([&context, head] { context.finish(verify(context, *head), print_report); });
}

void add_approvals(CLI::App& group, Context& context) {
  auto revision = std::make_shared<std::int64_t>(0);
  auto* command = group.add_subcommand("approvals", "Who approved each member of a revision");
  command->add_option("--revision", *revision, "Its number; `ztix rs list` shows which one runs")->required();
  command->footer("Example: ztix audit approvals --revision 42");
  command->callback([&context, revision] { context.finish(approvals(context, *revision), print_approvals); });
}

void add_public_key(CLI::App& group, Context& context) {
  auto* command = group.add_subcommand("public-key", "The key with which exported heads can be checked, as PEM");
  command->footer("Example: ztix audit public-key > audit-head.pem");
  command->callback([&context] {
    const auto chain = chain_of(context);
    const auto key = chain ? Result<json>(json{{"public_key", chain->public_key_pem()}}) : Result<json>(chain.error());
    context.finish(key, [](const json& document) { std::cout << document["public_key"].get<std::string>(); });
  });
}

}  // namespace

void add_audit(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("audit", "Who did what, and whether the record of it is whole");
  group->require_subcommand(1);
  add_list(*group, context);
  add_verify(*group, context);
  add_approvals(*group, context);
  add_public_key(*group, context);
}

}  // namespace ztix::cli
