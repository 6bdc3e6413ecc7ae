#include <iostream>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "cli/account_input.h"
#include "cli/commands.h"
#include "cli/context.h"
#include "core/store/account_store.h"

namespace ztix::cli {
namespace {

using nlohmann::json;

struct Options {
  AccountInput account;
  std::string exchange_name = "ZTIX";
  bool single_admin = false;
};

Result<json> run(Context& context, const Options& options) {
  service::NewUser admin;
  ZTIX_ASSIGN(admin.username, service::checked_username(options.account.username));
  ZTIX_ASSIGN(admin.password_hash,
              hashed_password(context, options.account, {admin.username, options.exchange_name, {}}));
  admin.roles = {domain::Role::admin, domain::Role::member_operator};
  ZTIX_ASSIGN(const auto installation,
              store::PgAccountStore(context.database())
                  .set_up(options.exchange_name, options.single_admin, admin, context.actor()));
  ZTIX_ASSIGN(const auto user, user_named(context, admin.username));
  ZTIX_ASSIGN(const auto code, new_enrolment_code(context, user.id));
  return json{{"installation", installation.id.text()},
              {"exchange", installation.name},
              {"admin", admin.username},
              {"single_admin", installation.single_admin},
              {"enrolment_code", code.expose()}};
}

void print(const json& result) {
  std::cout << "The exchange " << result["exchange"].get<std::string>() << " is set up; its first administrator is "
            << result["admin"].get<std::string>() << ".\n";
  std::cout << "Log in and set up a second factor with this one-time code, within a day; it is shown only now:\n  "
            << result["enrolment_code"].get<std::string>() << '\n';
  std::cout
      << (result["single_admin"].get<bool>()
              ? "One administrator: requests of their own may be approved by themselves, marked in the audit log.\n"
              : "Several administrators: nobody approves a request of their own. Create the second one with\n"
                "  ztix user create --username NAME --admin\n"
                "and a one-time code for their second factor with ztix user enrolment-code NAME\n");
}

}  // namespace

void add_setup(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("setup", "Set the exchange up, once: its name and its first administrator");
  command->add_option("--username", options->account.username, "Of the first administrator")->required();
  command->add_flag("--password-stdin", options->account.password_stdin, "Read the password from standard input");
  command->add_option("--exchange-name", options->exchange_name, "Shown on every page")->capture_default_str();
  command->add_flag("--single-admin", options->single_admin,
                    "One person runs this exchange: allow approving one's own requests (marked in the audit log)");
  command->footer("Example: ztix setup --username admin --exchange-name \"Example IX\"");
  command->callback([&context, options] { context.finish(run(context, *options), print); });
}

}  // namespace ztix::cli
