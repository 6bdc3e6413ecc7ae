#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/service/api_tokens.h"
#include "core/store/account_store.h"
#include "core/store/token_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string username;
  std::string name;
  std::string scope;
  int days = 0;
  std::string id;
  std::string reason;
};

json time_json(const std::optional<Timestamp>& at) { return at ? json(to_rfc3339(*at)) : json(nullptr); }

json to_json(const service::ApiToken& token) {
  return {{"id", token.id.text()},
          {"user", token.username},
          {"name", token.name},
          {"scope", to_string(token.scope)},
          {"state", token.ended_at ? "revoked" : (token.expired ? "expired" : "live")},
          {"created_at", to_rfc3339(token.created_at)},
          {"expires_at", to_rfc3339(token.expires_at)},
          {"last_used_at", time_json(token.last_used_at)},
          {"revoked_at", time_json(token.ended_at)},
          {"reason", token.end_reason}};
}

Result<service::User> user_named(Context& context, const std::string& username) {
  ZTIX_ASSIGN(const auto users, store::PgAccountStore(context.database()).users());
  for (const auto& user : users) {
    if (user.username == username) return user;
  }
  return fail(ErrorCode::not_found, "There is no user " + username + ".").with_reason("unknown_user");
}

Result<json> create(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  store::PgTokenStore tokens(context.database());
  const auto scope = domain::parse_enum(service::kTokenScopes, options.scope).value_or(service::TokenScope::read);
  ZTIX_ASSIGN(
      const auto issued,
      service::ApiTokens(tokens, context.random()).issue(user, {options.name, scope, options.days}, context.actor()));
  auto made = to_json(issued.token);
  made["token"] = issued.text.expose();
  return made;
}

Result<json> list(Context& context, const Options& options) {
  std::optional<Uuid> user;
  if (!options.username.empty()) {
    ZTIX_ASSIGN(const auto found, user_named(context, options.username));
    user = found.id;
  }
  ZTIX_ASSIGN(const auto tokens, store::PgTokenStore(context.database()).tokens(user));
  auto all = json::array();
  for (const auto& token : tokens) all.push_back(to_json(token));
  return all;
}

Result<json> revoke(Context& context, const Options& options) {
  const auto id = Uuid::parse(options.id);
  if (!id) return fail(ErrorCode::not_found, "No such token.").with_reason("unknown_token");
  store::PgTokenStore tokens(context.database());
  ZTIX_ASSIGN(const auto token,
              service::ApiTokens(tokens, context.random()).revoke(*id, std::nullopt, options.reason, context.actor()));
  return to_json(token);
}

void print_list(const json& tokens) {
  Table table({"ID", "USER", "NAME", "SCOPE", "STATE", "EXPIRES", "LAST USED"});
  for (const auto& token : tokens) {
    table.add({token["id"].get<std::string>(), token["user"].get<std::string>(), token["name"].get<std::string>(),
               token["scope"].get<std::string>(), token["state"].get<std::string>(),
               token["expires_at"].get<std::string>(),
               token["last_used_at"].is_null() ? "-" : token["last_used_at"].get<std::string>()});
  }
  table.print(std::cout);
}

void print_one(const json& token) { print_list(json::array({token})); }

void print_made(const json& token) {
  print_one(token);
  std::cout << "\nShown now and never again:\n" << token["token"].get<std::string>() << '\n';
}

}  // namespace

void add_token(CLI::App& app, Context& context) {
  auto* group = app.add_subcommand("token", "API tokens: what programs show instead of a login");
  group->require_subcommand(1);
  auto options = std::make_shared<Options>();
  auto* create_command = group->add_subcommand("create", "Make a token; it is shown once");
  create_command->add_option("--username", options->username, "Whose")->required();
  create_command->add_option("--name", options->name, "What it is for")->required();
  create_command->add_option("--scope", options->scope, "What it may do: read, request or admin")
      ->required()
      ->check(CLI::IsMember({"read", "request", "admin"}));
  create_command->add_option("--days", options->days, "How long it lives")
      ->required()
      ->check(CLI::Range(1, service::kLongestTokenDays));
  create_command->footer("Example: ztix token create --username alice --name monitoring --scope read --days 90");
  create_command->callback([&context, options] { context.finish(create(context, *options), print_made); });
  auto* list_command = group->add_subcommand("list", "Show tokens, newest first; never their text");
  list_command->add_option("--username", options->username, "Only this user's");
  list_command->footer("Example: ztix token list --username alice");
  list_command->callback([&context, options] { context.finish(list(context, *options), print_list); });
  auto* revoke_command = group->add_subcommand("revoke", "End a token at once");
  revoke_command->add_option("token", options->id, "Its id")->required();
  revoke_command->add_option("--reason", options->reason, "Why; its user reads it");
  revoke_command->footer("Example: ztix token revoke 3f0c5bd2-6a51-4a0e-9d3e-0f6f5a1f2b3c --reason \"laptop lost\"");
  revoke_command->callback([&context, options] { context.finish(revoke(context, *options), print_one); });
}

}  // namespace ztix::cli
