#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/account_input.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/store/account_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  AccountInput account;
  std::vector<std::string> asns, remove_asns;
  std::vector<std::string> networks, remove_networks;
  bool admin = false, auditor = false, remove_admin = false, remove_auditor = false;
  bool new_password = false;
};

std::string join_words(const json& list) {
  std::string line;
  for (const auto& value : list)
    line += (line.empty() ? "" : " ") + (value.is_string() ? value.get<std::string>() : value.dump());
  return line.empty() ? "-" : line;
}

Result<service::NewUser> new_user(Context& context, const Options& options) {
  service::NewUser user;
  ZTIX_ASSIGN(user.asns, all_of<domain::Asn>("--asn", options.asns, asn_argument));
  ZTIX_ASSIGN(user.networks, all_of<domain::ZtNetworkId>("--network", options.networks, network_id_argument));
  if (options.admin) user.roles.push_back(domain::Role::admin);
  if (options.auditor) user.roles.push_back(domain::Role::auditor);
  user.roles.push_back(domain::Role::member_operator);
  ZTIX_ASSIGN(const auto exchange, store::PgAccountStore(context.database()).installation());
  ZTIX_ASSIGN(user.username, service::checked_username(options.account.username));
  ZTIX_ASSIGN(user.password_hash, hashed_password(context, options.account, {user.username, exchange.name, user.asns}));
  return user;
}

Result<json> create(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, new_user(context, options));
  ZTIX_ASSIGN(const auto created, store::PgAccountStore(context.database()).create_user(user, context.actor()));
  return user_json(created);
}

Result<service::UserChange> change(Context& context, const Options& options) {
  service::UserChange change;
  ZTIX_ASSIGN(change.add_asns, all_of<domain::Asn>("--asn", options.asns, asn_argument));
  ZTIX_ASSIGN(change.remove_asns, all_of<domain::Asn>("--remove-asn", options.remove_asns, asn_argument));
  ZTIX_ASSIGN(change.add_networks, all_of<domain::ZtNetworkId>("--network", options.networks, network_id_argument));
  ZTIX_ASSIGN(change.remove_networks,
              all_of<domain::ZtNetworkId>("--remove-network", options.remove_networks, network_id_argument));
  if (options.admin) change.add_roles.push_back(domain::Role::admin);
  if (options.auditor) change.add_roles.push_back(domain::Role::auditor);
  if (options.remove_admin) change.remove_roles.push_back(domain::Role::admin);
  if (options.remove_auditor) change.remove_roles.push_back(domain::Role::auditor);
  if (options.new_password || options.account.password_stdin) {
    ZTIX_ASSIGN(const auto exchange, store::PgAccountStore(context.database()).installation());
    ZTIX_ASSIGN(const auto user, user_named(context, options.account.username));
    service::PasswordOwner owner{user.username, exchange.name, {}, user.has_second_factor};
    for (const auto& link : user.asns) owner.asns.push_back(link.asn);
    ZTIX_ASSIGN(change.password_hash, hashed_password(context, options.account, owner));
  }
  return change;
}

Result<json> update(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto what, change(context, options));
  store::PgAccountStore accounts(context.database());
  ZTIX_ASSIGN(const auto user, accounts.update_user(options.account.username, what, context.actor()));
  return user_json(user);
}

Result<json> set_disabled(Context& context, const std::string& username, bool disabled) {
  service::UserChange what;
  what.disabled = disabled;
  ZTIX_ASSIGN(const auto user, store::PgAccountStore(context.database()).update_user(username, what, context.actor()));
  return user_json(user);
}

Result<json> list(Context& context) {
  ZTIX_ASSIGN(const auto users, store::PgAccountStore(context.database()).users());
  auto all = json::array();
  for (const auto& user : users) all.push_back(user_json(user));
  return all;
}

void print_list(const json& users) {
  Table table({"USER", "STATE", "FACTOR", "ROLES", "ASNS", "NETWORKS"});
  for (const auto& user : users) {
    table.add({user["username"].get<std::string>(), user["disabled"].get<bool>() ? "disabled" : "enabled",
               user["second_factor"].get<bool>() ? "yes" : "no", join_words(user["roles"]), join_words(user["asns"]),
               join_words(user["networks"])});
  }
  table.print(std::cout);
}

void print_user(const json& user) { print_list(json::array({user})); }

void add_common(CLI::App& command, Options& options) {
  command.add_option("--username", options.account.username, "2-64 of a-z 0-9 . _ -")->required();
  command.add_flag("--password-stdin", options.account.password_stdin, "Read the password from standard input");
  command.add_option("--asn", options.asns, "AS number the user may act for; may be repeated");
  command.add_option("--network", options.networks, "Network the user may ask to join; may be repeated");
  command.add_flag("--admin", options.admin, "May decide and configure");
  command.add_flag("--auditor", options.auditor, "May see everything and change nothing");
}

void describe_create(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("create", "Create an account");
  add_common(*command, *options);
  command->footer("Example: ztix user create --username alice --asn 64500 --network 8056c2e21c000001");
  command->callback([&context, options] { context.finish(create(context, *options), print_user); });
}

void describe_update(CLI::App& group, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = group.add_subcommand("update", "Change an account; what is not named stays");
  add_common(*command, *options);
  command->add_flag("--new-password", options->new_password, "Ask for a new password");
  command->add_option("--remove-asn", options->remove_asns, "May not act for it any more");
  command->add_option("--remove-network", options->remove_networks, "May not ask to join it any more");
  command->add_flag("--remove-admin", options->remove_admin, "No administrator any more");
  command->add_flag("--remove-auditor", options->remove_auditor, "No auditor any more");
  command->footer("Example: ztix user update --username alice --asn 64501 --remove-asn 64500");
  command->callback([&context, options] { context.finish(update(context, *options), print_user); });
}

void describe_switch(CLI::App& group, Context& context, const char* verb, const char* what, bool disabled) {
  auto username = std::make_shared<std::string>();
  auto* command = group.add_subcommand(verb, what);
  command->add_option("--username", *username, "Of the account")->required();
  command->footer("Example: ztix user " + std::string(verb) + " --username alice");
  command->callback(
      [&context, username, disabled] { context.finish(set_disabled(context, *username, disabled), print_user); });
}

}  // namespace

void add_user(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("user", "Accounts");
  group->require_subcommand(1);
  describe_create(*group, context);
  describe_update(*group, context);
  describe_switch(*group, context, "disable", "Refuse logins and end the account's sessions", true);
  describe_switch(*group, context, "enable", "Allow logins again", false);
  add_user_factors(*group, context);
  auto* list_command = group->add_subcommand("list", "Show all accounts");
  list_command->footer("Example: ztix user list");
  list_command->callback([&context] { context.finish(list(context), print_list); });
}

}  // namespace ztix::cli
