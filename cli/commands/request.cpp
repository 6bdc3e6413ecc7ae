#include <array>
#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "cli/wait.h"
#include "core/service/requests.h"
#include "core/store/account_store.h"
#include "core/store/audit_store.h"
#include "core/store/lifecycle_store.h"
#include "core/store/network_store.h"
#include "core/store/request_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string id;
  std::string status, asn, network;
  int min_age_minutes = 0;
  int limit = 50;
  std::string text;
  std::string node;
  bool wait = false;
  int wait_seconds = 120;
};

/// The same rules as behind the pages, on stores of this process.
struct Desk {
  explicit Desk(Context& context)
      : requests(context.database()),
        accounts(context.database()),
        networks(context.database()),
        audit(context.database()),
        lifecycle(context.database()) {}
  store::PgRequestStore requests;
  store::PgAccountStore accounts;
  store::PgNetworkStore networks;
  store::PgAuditStore audit;
  store::PgLifecycleStore lifecycle;
  service::Requests rules{{requests, accounts, networks, audit, lifecycle}};
};

json to_json(const service::Request& request) {
  auto servers = json::array();
  for (const auto& server : request.route_servers) {
    servers.push_back({{"name", server.name},
                       {"state", to_string(server.state)},
                       {"wanted_revision", server.wanted_revision},
                       {"confirmed_revision", server.confirmed_revision},
                       {"last_step", server.last_step},
                       {"last_error", server.last_error}});
  }
  const auto address = [](const std::optional<IpAddress>& value) {
    return value ? json(value->text()) : json(nullptr);
  };
  return {{"id", request.id.text()},
          {"asn", request.asn.number()},
          {"zt_network_id", request.zt_network_id.text()},
          {"node_id", request.node_id ? json(request.node_id->text()) : json(nullptr)},
          {"status", to_string(request.state)},
          {"requested_by", request.requested_by_name},
          {"router_sequence", request.router_sequence ? json(*request.router_sequence) : json(nullptr)},
          {"addresses", {{"ipv4", address(request.address_v4)}, {"ipv6", address(request.address_v6)}}},
          {"waiting_for", request.waiting_for},
          {"waiting_remedy", request.waiting_remedy},
          {"reason", request.reason},
          {"held", request.held},
          {"suspended", request.suspended},
          {"suspended_reason", request.suspended_reason},
          {"leaving", request.leaving},
          {"owed", request.owed},
          {"tripped_limits", request.tripped_limits},
          {"route_servers", servers},
          {"created_at", to_rfc3339(request.created_at)},
          {"updated_at", to_rfc3339(request.updated_at)}};
}

Result<Uuid> request_id(const std::string& text) {
  const auto id = Uuid::parse(text);
  if (!id) return fail(ErrorCode::invalid_argument, "That is not the id of a request; see: ztix request list");
  return *id;
}

Result<service::RequestFilter> filter(const Options& options) {
  service::RequestFilter wanted;
  if (!options.status.empty()) {
    wanted.state = domain::parse_request_state(options.status);
    if (!wanted.state) return fail(ErrorCode::invalid_argument, "--status is not the name of a request's state.");
  }
  if (!options.asn.empty()) {
    ZTIX_ASSIGN(wanted.asn, asn_argument("--asn", options.asn));
  }
  if (!options.network.empty()) {
    ZTIX_ASSIGN(wanted.zt_network_id, network_id_argument("--network", options.network));
  }
  if (options.min_age_minutes > 0) wanted.min_age = std::chrono::minutes(options.min_age_minutes);
  return wanted;
}

Result<json> list(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto wanted, filter(options));
  Desk desk(context);
  ZTIX_ASSIGN(const auto page, desk.rules.list_all(wanted, {options.limit, {}}));
  auto all = json::array();
  for (const auto& request : page.items) all.push_back(to_json(request));
  return all;
}

Result<json> show(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto id, request_id(options.id));
  ZTIX_ASSIGN(const auto dossier, Desk(context).rules.show_any(id));
  auto document = to_json(dossier.request);
  document["trail"] = json::array();
  for (const auto& entry : dossier.trail) {
    document["trail"].push_back(
        {{"at", to_rfc3339(entry.at)}, {"actor", entry.actor.name}, {"action", entry.action}, {"facts", entry.facts}});
  }
  return document;
}

std::string progress_line(const service::Request& request) {
  std::string line(to_string(request.state));
  if (!request.waiting_for.empty()) line += ", waiting: " + request.waiting_for + " " + request.waiting_remedy;
  for (const auto& server : request.route_servers) {
    line += "; " + server.name + " " + std::string(to_string(server.state));
    if (!server.last_error.empty()) line += " (" + server.last_error + ")";
  }
  return line;
}

/// Until the request is where it was sent, or needs a person.
Result<json> wait_until_settled(Desk& desk, const Uuid& id, int seconds) {
  using State = domain::RequestState;
  return wait_for<json>(std::chrono::seconds(seconds), [&]() -> Result<Progress<json>> {
    ZTIX_ASSIGN(const auto request, desk.requests.request(id));
    const bool moving =
        request.state == State::approved || request.state == State::provisioning || request.state == State::revoking;
    return Progress<json>{moving ? std::nullopt : std::optional(to_json(request)), progress_line(request)};
  });
}

using Decision = std::function<Result<service::Request>(service::Requests&, const Uuid&, const service::Command&)>;

Result<json> decide(Context& context, const Options& options, const Decision& decision) {
  ZTIX_ASSIGN(const auto id, request_id(options.id));
  Desk desk(context);
  ZTIX_ASSIGN(const auto decided, decision(desk.rules, id, {context.actor(), std::nullopt}));
  return options.wait ? wait_until_settled(desk, id, options.wait_seconds) : Result<json>(to_json(decided));
}

void print_list(const json& requests) {
  Table table({"ID", "ASN", "NETWORK", "STATUS", "NODE", "IPV4", "IPV6", "WAITING FOR"});
  const auto text = [](const json& value) { return value.is_null() ? "-" : value.get<std::string>(); };
  for (const auto& request : requests) {
    table.add({text(request["id"]), request["asn"].dump(), text(request["zt_network_id"]), text(request["status"]),
               text(request["node_id"]), text(request["addresses"]["ipv4"]), text(request["addresses"]["ipv6"]),
               text(request["waiting_for"])});
  }
  table.print(std::cout);
}

void print_one(const json& request) {
  print_list(json::array({request}));
  if (const auto reason = request["reason"].get<std::string>(); !reason.empty())
    std::cout << "reason: " << reason << '\n';
  if (request["suspended"]) std::cout << "suspended: " << request["suspended_reason"].get<std::string>() << '\n';
  for (const auto& name : request["owed"]) std::cout << "may still hold it: " << name.get<std::string>() << '\n';
  for (const auto& name : request["tripped_limits"]) std::cout << "limit: " << name.get<std::string>() << '\n';
  if (request["route_servers"].empty()) return;
  Table table({"ROUTE SERVER", "STATE", "WANTED", "CONFIRMED", "LAST STEP", "LAST ERROR"});
  for (const auto& server : request["route_servers"]) {
    table.add({server["name"].get<std::string>(), server["state"].get<std::string>(), server["wanted_revision"].dump(),
               server["confirmed_revision"].dump(), server["last_step"].get<std::string>(),
               server["last_error"].get<std::string>()});
  }
  table.print(std::cout);
}

void print_dossier(const json& request) {
  print_one(request);
  Table table({"AT", "ACTOR", "ACTION"});
  for (const auto& entry : request["trail"]) {
    table.add({entry["at"].get<std::string>(), entry["actor"].get<std::string>(), entry["action"].get<std::string>()});
  }
  table.print(std::cout);
}

std::shared_ptr<Options> with_id(CLI::App& command) {
  auto options = std::make_shared<Options>();
  command.add_option("id", options->id, "Of the request")->required();
  return options;
}

void add_wait(CLI::App& command, Options& options) {
  command.add_flag("--wait", options.wait, "Show progress until it is done or needs a person");
  command.add_option("--wait-seconds", options.wait_seconds, "Give up waiting after so long")->capture_default_str();
}

void describe_looks(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* list_command = group.add_subcommand("list", "Show requests, newest first");
  list_command->add_option("--status", options->status, "Only this state, e.g. pending");
  list_command->add_option("--asn", options->asn, "Only of this network operator");
  list_command->add_option("--network", options->network, "Only for this ZeroTier network");
  list_command->add_option("--min-age", options->min_age_minutes, "Only older than so many minutes");
  list_command->add_option("--limit", options->limit, "At most so many")
      ->check(CLI::Range(1, 200))
      ->capture_default_str();
  list_command->footer("Example: ztix request list --status pending --min-age 60");
  list_command->callback([&context, options] { context.finish(list(context, *options), print_list); });

  auto* show_command = group.add_subcommand("show", "One request with its history and its route servers");
  auto one = with_id(*show_command);
  show_command->footer("Example: ztix request show 0191e0c8-0000-7000-8000-000000000000");
  show_command->callback([&context, one] { context.finish(show(context, *one), print_dossier); });
}

void describe_decisions(CLI::App& group, Context& context) {
  auto* approve = group.add_subcommand("approve", "Let the network in");
  auto approve_options = with_id(*approve);
  add_wait(*approve, *approve_options);
  approve->footer("Example: ztix request approve ID --wait");
  approve->callback([&context, approve_options] {
    const Decision decision = [](auto& rules, const auto& id, const auto& command) {
      return rules.approve(id, command);
    };
    context.finish(decide(context, *approve_options, decision), print_one);
  });
  auto* retry = group.add_subcommand("retry", "Give a failed request another try");
  auto retry_options = with_id(*retry);
  add_wait(*retry, *retry_options);
  retry->footer("Example: ztix request retry ID --wait");
  retry->callback([&context, retry_options] {
    const Decision decision = [](auto& rules, const auto& id, const auto& command) { return rules.retry(id, command); };
    context.finish(decide(context, *retry_options, decision), print_one);
  });
}

void describe_texts(CLI::App& group, Context& context) {
  auto* reject = group.add_subcommand("reject", "Refuse, with a reason that the requester reads");
  auto reject_options = with_id(*reject);
  reject->add_option("--reason", reject_options->text, "Why")->required();
  reject->footer("Example: ztix request reject ID --reason \"Please complete your PeeringDB entry first.\"");
  reject->callback([&context, reject_options] {
    const Decision decision = [&](auto& rules, const auto& id, const auto& command) {
      return rules.reject(id, reject_options->text, command);
    };
    context.finish(decide(context, *reject_options, decision), print_one);
  });
  auto* ask = group.add_subcommand("ask", "Ask the requester something; the request waits for the answer");
  auto ask_options = with_id(*ask);
  ask->add_option("--message", ask_options->text, "The question")->required();
  ask->footer("Example: ztix request ask ID --message \"Which router will you connect?\"");
  ask->callback([&context, ask_options] {
    const Decision decision = [&](auto& rules, const auto& id, const auto& command) {
      return rules.ask(id, ask_options->text, command);
    };
    context.finish(decide(context, *ask_options, decision), print_one);
  });
}

/// One order about a member. `reason`: what the help says of it; nullptr = the order takes none.
struct Order {
  const char* name;
  const char* help;
  const char* reason;
  bool reason_required;
  const char* example;
  std::function<Result<service::Request>(service::Requests&, const Uuid&, const std::string&, const service::Command&)>
      give;
};

void describe_order(CLI::App& group, Context& context, const Order& order) {
  auto* command = group.add_subcommand(order.name, order.help);
  auto options = with_id(*command);
  if (order.reason != nullptr) {
    command->add_option("--reason", options->text, order.reason)->required(order.reason_required);
  }
  add_wait(*command, *options);
  command->footer(std::string("Example: ztix request ") + order.example);
  command->callback([&context, options, give = order.give] {
    const Decision decision = [&](auto& rules, const auto& id, const auto& actor) {
      return give(rules, id, options->text, actor);
    };
    context.finish(decide(context, *options, decision), print_one);
  });
}

void describe_orders(CLI::App& group, Context& context) {
  const std::array orders{
      Order{"suspend", "Take a member off at once, until it is resumed", "Why; its owner reads it", true,
            "suspend ID --reason \"Hijacked prefixes, see our mail\"",
            [](auto& rules, const auto& id, const auto& text, const auto& command) {
              return rules.suspend(id, text, command);
            }},
      Order{"resume", "End a suspension", nullptr, false, "resume ID",
            [](auto& rules, const auto& id, const auto&, const auto& command) { return rules.resume(id, command); }},
      Order{"revoke", "End a membership at once; coming back takes a new request", "Why; its owner reads it", true,
            "revoke ID --reason \"Contract ended\" --wait",
            [](auto& rules, const auto& id, const auto& text, const auto& command) {
              return rules.revoke(id, text, command);
            }},
      Order{"leave", "Leave for its owner: off the route servers first, then off the network", "Why", false, "leave ID",
            [](auto& rules, const auto& id, const auto& text, const auto& command) {
              return rules.leave_for_owner(id, text, command);
            }},
      Order{"clear-limit", "Let sessions up again that announced more than their limit", nullptr, false,
            "clear-limit ID", [](auto& rules, const auto& id, const auto&, const auto& command) {
              return rules.clear_limit(id, command);
            }}};
  for (const auto& order : orders) describe_order(group, context, order);
}

void describe_node(CLI::App& group, Context& context) {
  auto* command = group.add_subcommand("set-node-id", "Set or change the ZeroTier node of a request");
  auto options = with_id(*command);
  command->add_option("node", options->node, "ZeroTier node id, 10 hex digits")->required();
  add_wait(*command, *options);
  command->footer("Example: ztix request set-node-id ID a1b2c3d4e5");
  command->callback([&context, options] {
    const auto node = node_id_argument("node", options->node);
    if (!node) return context.finish(node.error(), print_one);
    Desk desk(context);
    const auto id = request_id(options->id);
    if (!id) return context.finish(id.error(), print_one);
    const auto changed = desk.requests.set_node_id(*id, *node, {context.actor(), std::nullopt});
    if (!changed) return context.finish(changed.error(), print_one);
    context.finish(
        options->wait ? wait_until_settled(desk, *id, options->wait_seconds) : Result<json>(to_json(*changed)),
        print_one);
  });
}

}  // namespace

void add_request(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("request", "Requests to join");
  group->require_subcommand(1);
  describe_looks(*group, context);
  describe_decisions(*group, context);
  describe_texts(*group, context);
  describe_orders(*group, context);
  describe_node(*group, context);
}

}  // namespace ztix::cli
