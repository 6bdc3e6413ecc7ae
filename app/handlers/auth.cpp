#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/login_target.h"
#include "app/handlers/parameters.h"
#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

Error local_auth_disabled() {
  return fail(ErrorCode::forbidden, "Login with a password is switched off here.").with_reason("local_auth_disabled");
}

}  // namespace

Result<HttpResponse> local_login_post(Call& call) {
  if (!call.services.local_auth_enabled) return local_auth_disabled();
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto username, body.text("username"));
  ZTIX_ASSIGN(const auto password, body.text("password"));
  ZTIX_CHECK(body.finish());
  ZTIX_ASSIGN(const auto login, call.services.accounts.log_in(username, SecretString(password), call.actor()));
  ZTIX_CHECK(end_session_before(call));
  auto response = data_response(login_json(login.login));
  response.headers.set("Set-Cookie", set_session_cookie(login));
  return response;
}

Result<HttpResponse> logout_post(Call& call) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_CHECK(body.finish());
  ZTIX_CHECK(call.services.accounts.log_out(*call.session_token, call.actor()));
  auto response = data_response({{"logged_out", true}});
  response.headers.set("Set-Cookie", clear_session_cookie());
  return response;
}

Result<HttpResponse> password_reset_post(Call& call) {
  if (!call.services.local_auth_enabled) return local_auth_disabled();
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto username, body.text("username"));
  ZTIX_ASSIGN(const auto token, body.text("token"));
  ZTIX_ASSIGN(const auto password, body.text("password"));
  ZTIX_CHECK(body.finish());
  ZTIX_CHECK(call.services.password_reset.reset(username, SecretString(token), SecretString(password), call.actor()));
  return data_response({{"password_replaced", true}});
}

Result<HttpResponse> sessions_get(Call& call) {
  ZTIX_ASSIGN(const auto all, call.services.accounts.sessions_of(call.user()));
  Json items = Json::array();
  for (const auto& one : all) items.push_back(session_json(one, call.login->session_id));
  return list_response(items, {});
}

Result<HttpResponse> session_delete(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_CHECK(call.services.accounts.end_session(call.user(), id, call.actor()));
  return data_response({{"ended", true}});
}

}  // namespace ztix::app
