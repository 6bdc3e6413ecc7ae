#pragma once

/// @file cli/commands.h
/// One function per command group; each is in cli/commands/<group>.cpp. They add themselves to the command line and do
/// their work in CLI11's callbacks, after parsing.

namespace CLI {
class App;
}

namespace ztix::cli {

class Context;

void add_setup(CLI::App& app, Context& context);
void add_migrate(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);
/// `user factor`, `user enrolment-code`, `user logout`, `user password-reset`: part of the group `user`.
void add_user_factors(CLI::App& user, Context& context);
void add_token(CLI::App& app, Context& context);
void add_network(CLI::App& app, Context& context);
void add_rs(CLI::App& app, Context& context);
void add_request(CLI::App& app, Context& context);
void add_jobs(CLI::App& app, Context& context);
void add_controller(CLI::App& app, Context& context);
void add_freeze(CLI::App& app, Context& context);
void add_drift(CLI::App& app, Context& context);
void add_peeringdb(CLI::App& app, Context& context);
void add_render(CLI::App& app, Context& context);
void add_audit(CLI::App& app, Context& context);
void add_doctor(CLI::App& app, Context& context);

}  // namespace ztix::cli
