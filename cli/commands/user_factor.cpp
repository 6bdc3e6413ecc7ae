#include <iostream>
#include <memory>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/account_input.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/base/base32.h"
#include "core/service/factor_codes.h"
#include "core/service/password_reset.h"
#include "core/service/totp.h"
#include "core/store/account_store.h"
#include "core/store/factor_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  std::string username;
  std::string label = "Authenticator app";
  std::string id;
};

json factor_json(const service::Factor& factor) {
  return {{"id", factor.id.text()},
          {"kind", to_string(factor.kind)},
          {"label", factor.label},
          {"confirmed", factor.confirmed},
          {"created_at", to_rfc3339(factor.created_at)},
          {"last_used_at", factor.last_used_at ? json(to_rfc3339(*factor.last_used_at)) : json(nullptr)}};
}

Result<digest::SecretBox> factor_box(Context& context) {
  const auto& key = context.settings().secret_key;
  if (!key.empty()) return digest::SecretBox(key, service::kFactorSecretPurpose);
  return fail(ErrorCode::invalid_argument,
              "APP_SECRET_KEY is not set, and the secret of a second factor is encrypted with it. Give the command the "
              "same key as the web application.")
      .with_reason("no_secret_key");
}

/// Who may change the tables themselves may give factors; the web application's own role may not, from here.
Result<json> add(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto box, factor_box(context));
  ZTIX_ASSIGN(const auto label, service::checked_factor_label(options.label));
  store::PgFactorStore factors(context.database());
  ZTIX_CHECK(factors.require_owner());
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  const auto made = service::make_totp(box, context.random(), user.id, label);
  ZTIX_ASSIGN(const auto factor, factors.add(made.factor, context.actor()));
  ZTIX_ASSIGN(const auto exchange, store::PgAccountStore(context.database()).installation());
  auto result = factor_json(factor);
  result["secret"] = to_base32(made.secret.expose());
  result["otpauth_uri"] = service::totp::otpauth_uri(made.secret, exchange.name, user.username).expose();
  return result;
}

Result<json> list(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  ZTIX_ASSIGN(const auto found, store::PgFactorStore(context.database()).factors(user.id));
  auto all = json::array();
  for (const auto& factor : found) all.push_back(factor_json(factor));
  return all;
}

Result<json> remove(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  const auto id = Uuid::parse(options.id);
  if (!id)
    return fail(ErrorCode::invalid_argument, "--id is not the id of a second factor; see: ztix user factor list");
  store::PgFactorStore factors(context.database());
  ZTIX_CHECK(factors.require_owner());
  ZTIX_CHECK(factors.remove(user.id, *id, context.actor()));
  return list(context, options);
}

Result<json> enrolment_code(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  ZTIX_ASSIGN(const auto code, new_enrolment_code(context, user.id));
  return json{{"username", user.username}, {"enrolment_code", code.expose()}};
}

Result<json> password_reset(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  const auto made = service::make_reset_token(context.random());
  store::PgFactorStore factors(context.database());
  ZTIX_CHECK(factors.put_code(user.id, service::CodePurpose::password_reset, made.digest, service::kResetTime,
                              context.actor()));
  return json{{"username", user.username}, {"token", made.token.expose()}};
}

Result<json> log_out(Context& context, const Options& options) {
  ZTIX_ASSIGN(const auto user, user_named(context, options.username));
  ZTIX_CHECK(store::PgFactorStore(context.database()).end_logins(user.id, context.actor()));
  return json{{"username", user.username}, {"logged_out", true}};
}

void print_list(const json& factors) {
  Table table({"ID", "KIND", "LABEL", "STATE", "LAST USED"});
  for (const auto& factor : factors) {
    const auto& used = factor["last_used_at"];
    table.add({factor["id"].get<std::string>(), factor["kind"].get<std::string>(), factor["label"].get<std::string>(),
               factor["confirmed"].get<bool>() ? "in use" : "being set up",
               used.is_null() ? "never" : used.get<std::string>()});
  }
  table.print(std::cout);
}

void print_added(const json& factor) {
  std::cout << "Type this key into an authenticator app, or make a QR code of the address; both are shown only now:\n  "
            << factor["secret"].get<std::string>() << "\n  " << factor["otpauth_uri"].get<std::string>() << '\n';
}

/// One command about an account.
CLI::App* describe(CLI::App& group, Context& context, const std::shared_ptr<Options>& options, const char* name,
                   const char* what, Result<json> (*run)(Context&, const Options&), void (*print)(const json&)) {
  auto* command = group.add_subcommand(name, what);
  command->add_option("name", options->username, "Of the account")->required();
  command->callback([&context, options, run, print] { context.finish(run(context, *options), print); });
  return command;
}

}  // namespace

void add_user_factors(CLI::App& user, Context& context) {
  auto options = std::make_shared<Options>();
  describe(user, context, options, "enrolment-code", "Print a one-time code for an administrator's first second factor",
           enrolment_code,
           [](const json& made) {
             std::cout << "One-time code for " << made["username"].get<std::string>()
                       << ", good for a day, shown only now:\n  " << made["enrolment_code"].get<std::string>() << '\n';
           })
      ->footer("Example: ztix user enrolment-code alice");
  describe(user, context, options, "logout", "End all sessions of an account", log_out, [](const json& done) {
    std::cout << done["username"].get<std::string>() << " is logged out everywhere.\n";
  })->footer("Example: ztix user logout alice");
  describe(user, context, options, "password-reset", "Print a token with which an account's owner sets a new password",
           password_reset,
           [](const json& made) {
             std::cout << "Token for " << made["username"].get<std::string>()
                       << ", good once and for 15 minutes at /login/reset, shown only now:\n  "
                       << made["token"].get<std::string>() << '\n';
           })
      ->footer("Example: ztix user password-reset alice");
  auto* group = user.add_subcommand("factor", "Second factors of an account");
  group->require_subcommand(1);
  auto* add_command =
      describe(*group, context, options, "add",
               "Give an account an authenticator key, without asking its owner for a code", add, print_added);
  add_command->add_option("--label", options->label, "What its owner calls it")->capture_default_str();
  add_command->footer("Example: ztix user factor add alice --label Phone");
  describe(*group, context, options, "list", "Show the second factors of an account", list, print_list)
      ->footer("Example: ztix user factor list alice");
  auto* remove_command =
      describe(*group, context, options, "remove", "Take a second factor away, for a lost phone", remove, print_list);
  remove_command->add_option("--id", options->id, "Of the factor, see: ztix user factor list")->required();
  remove_command->footer("Example: ztix user factor remove alice --id 00000000-0000-4000-8000-000000000000");
}

}  // namespace ztix::cli
