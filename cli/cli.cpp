#include "cli/cli.h"

#include <stdexcept>

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/context.h"
#include "cli/output.h"
#include "core/config/settings.h"
#include "core/render/templates.h"

namespace ztix::cli {
namespace {

void add_commands(CLI::App& app, Context& context) {
  add_setup(app, context);
  add_migrate(app, context);
  add_user(app, context);
  add_token(app, context);
  add_network(app, context);
  add_rs(app, context);
  add_request(app, context);
  add_jobs(app, context);
  add_controller(app, context);
  add_freeze(app, context);
  add_drift(app, context);
  add_peeringdb(app, context);
  add_render(app, context);
  add_audit(app, context);
  add_doctor(app, context);
}

}  // namespace

int run(int argc, const char* const* argv) {
  // A template that does not compile is found by every command and not by the one that renders.
  if (const auto valid = render::validate_templates(); !valid) throw std::logic_error(valid.error().message);
  Context context;
  CLI::App app("ztix: administer a virtual Internet Exchange", "ztix");
  app.require_subcommand(1);
  app.fallthrough();
  app.add_flag("--json", context.json, "Print one JSON document instead of text");
  app.footer("Settings come from the environment; see .env.example. Example: ztix request list --status pending");
  add_commands(app, context);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kOk : kUsage;
  } catch (const WrongSettings& wrong) {
    return config::report_errors("ztix", wrong.errors);
  }
  return context.exit_code;
}

}  // namespace ztix::cli
