#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/middleware/step_up.h"
#include "app/pages/words.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

Status add_enrolment(render::View& view, Call& call, const service::Enrolment& enrolment) {
  ZTIX_ASSIGN(const auto picture, call.services.qr_of(enrolment.uri));
  view.object("enrolment")
      .set("qr_size", picture.size)
      .set("qr_path", picture.path)
      .set("factor_secret", enrolment.secret.expose());
  return {};
}

std::string used_words(const std::optional<Timestamp>& at) { return at ? readable_time(*at) : "never"; }

void add_session(render::View& view, const service::ListedSession& listed, const Uuid& own) {
  const auto& session = listed.session;
  view.append("account_sessions")
      .set("session_id", session.id.text())
      .set("session_address", session.remote_address)
      .set("session_since", readable_time(session.created_at))
      .set("session_used", readable_time(listed.used_at))
      .set("session_is_this", session.id == own);
}

/// Those that still open something.
Status add_tokens(render::View& view, Call& call) {
  ZTIX_ASSIGN(const auto tokens, call.services.tokens.list(call.user().id));
  bool any = false;
  for (const auto& token : tokens) {
    if (token.ended_at || token.expired) continue;
    any = true;
    view.append("account_tokens")
        .set("token_id", token.id.text())
        .set("token_name", token.name)
        .set("token_scope", to_string(token.scope))
        .set("token_until", readable_time(token.expires_at))
        .set("token_used", used_words(token.last_used_at));
  }
  view.set("has_tokens", any).set("may_administer", call.user().has_role(domain::Role::admin));
  return {};
}

}  // namespace

Result<HttpResponse> second_factor_page(Call& call) {
  if (!call.login->is_half()) return see_other(home_of(*call.login));
  auto view = call.services.pages.view_of(PageId::second_factor, "One more step", &*call.login);
  view.set("next_path", next_path(call));
  return call.services.pages.page(PageId::second_factor, view);
}

Result<HttpResponse> account_page(Call& call) {
  const auto& login = *call.login;
  ZTIX_ASSIGN(const auto found, call.services.second_factors.overview(login.user));
  auto view = call.services.pages.view_of(PageId::account, "Your account", &login);
  for (const auto& factor : found.factors) {
    view.append("factors")
        .set("factor_id", factor.id.text())
        .set("factor_kind", factor.passkey ? "passkey" : "authenticator app")
        .set("factor_label", factor.label)
        .set("factor_since", readable_time(factor.created_at))
        .set("factor_used", used_words(factor.last_used_at));
  }
  const bool is_admin = login.user.has_role(domain::Role::admin);
  view.set("has_factors", !found.factors.empty())
      .set("must_enrol", is_admin && !check_second_factor(login, Access::admin))
      .set("needs_enrolment_code", service::needs_enrolment_code(login))
      .set("recovery_codes_left", found.recovery_codes_left)
      .set("has_enrolment", found.enrolment.has_value());
  ZTIX_ASSIGN(const auto sessions, call.services.accounts.sessions_of(login.user));
  for (const auto& one : sessions) add_session(view, one, login.session_id);
  ZTIX_CHECK(add_tokens(view, call));
  if (found.enrolment) ZTIX_CHECK(add_enrolment(view, call, *found.enrolment));
  return call.services.pages.page(PageId::account, view);
}

}  // namespace ztix::app
