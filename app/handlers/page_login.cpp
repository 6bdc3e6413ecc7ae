#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

/// A sentence of ours for the word in the address; what else stands there is never shown.
std::string problem_of(const Call& call) {
  const auto word = call.query.find("problem");
  if (word == call.query.end()) return {};
  if (const auto problem = service::parse_login_problem(word->second)) return service::login_error(*problem).message;
  return "The login did not work. Try again; if this comes back, tell an administrator.";
}

}  // namespace

Result<HttpResponse> home_page(Call& call) { return see_other(call.login ? home_of(*call.login) : "/login"); }

Result<HttpResponse> login_page(Call& call) {
  if (call.login) return see_other(home_of(*call.login));
  const bool local = call.services.local_auth_enabled;
  const bool peeringdb = call.services.peeringdb_login != nullptr;
  auto view = call.services.pages.view_of(PageId::login, "Log in", nullptr);
  view.set("next_path", next_path(call))
      .set("local_auth", local)
      .set("peeringdb_auth", peeringdb)
      .set("no_auth", !local && !peeringdb)
      .set("problem", problem_of(call));
  return call.services.pages.page(PageId::login, view);
}

Result<HttpResponse> reset_page(Call& call) {
  auto view = call.services.pages.view_of(PageId::reset, "New password", call.login ? &*call.login : nullptr);
  return call.services.pages.page(PageId::reset, view);
}

Result<HttpResponse> auth_callback_page(Call& call) {
  const auto view = call.services.pages.view_of(PageId::auth_callback, "Logging in", nullptr);
  return call.services.pages.page(PageId::auth_callback, view);
}

}  // namespace ztix::app
