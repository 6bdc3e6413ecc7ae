#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "app/presenter/account_json.h"

namespace ztix::app {

Result<HttpResponse> local_login_post(Call& call) {
  if (!call.services.local_auth_enabled) {
    return fail(ErrorCode::forbidden, "Login with a password is switched off here.").with_reason("local_auth_disabled");
  }
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto username, body.text("username"));
  ZTIX_ASSIGN(const auto password, body.text("password"));
  ZTIX_CHECK(body.finish());
  ZTIX_ASSIGN(const auto login, call.services.accounts.log_in(username, SecretString(password), call.actor()));
  // A session that this browser had before ends: its cookie is about to be overwritten.
  if (const auto before = session_token(call.http)) {
    if (const auto old = call.services.accounts.authenticate(*before); old && *old) {
      ZTIX_CHECK(call.services.accounts.log_out(*before, call.actor()));
    }
  }
  auto response = data_response(login_json(login.login));
  response.headers.set("Set-Cookie", set_session_cookie(login.token));
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

}  // namespace ztix::app
