#include <nlohmann/json.hpp>

#include "app/handlers/handlers.h"
#include "app/handlers/login_callback.h"
#include "app/handlers/login_target.h"
#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

Result<service::PeeringDbLogin*> peeringdb(const Call& call) {
  if (call.services.peeringdb_login == nullptr) return login_error(service::LoginProblem::peeringdb_disabled);
  return call.services.peeringdb_login;
}

}  // namespace

Result<HttpResponse> peeringdb_start_post(Call& call) {
  ZTIX_ASSIGN(auto* const login, peeringdb(call));
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto next, body.optional_text("next"));
  ZTIX_CHECK(body.finish());
  const bool usable = next && is_login_target(*next);
  ZTIX_ASSIGN(const auto start,
              login->begin(usable ? *next : std::string(), login_attempt_token(call.http), call.actor()));
  auto response = data_response({{"url", start.url}});
  response.headers.set("Set-Cookie", set_login_attempt_cookie(start.browser_token, service::kLoginAttemptLifetime));
  return response;
}

Result<HttpResponse> peeringdb_callback_post(Call& call) {
  ZTIX_ASSIGN(auto* const login, peeringdb(call));
  ZTIX_ASSIGN(const auto callback, parse_login_callback(call.http.body));
  ZTIX_ASSIGN(const auto done, login->finish(callback, login_attempt_token(call.http), call.actor()));
  ZTIX_CHECK(end_session_before(call));
  auto json = login_json(done.login.login);
  json["next"] = done.next_path.empty() ? json["home"] : Json(done.next_path);
  auto response = data_response(json);
  response.headers.add("Set-Cookie", set_session_cookie(done.login));
  response.headers.add("Set-Cookie", clear_login_attempt_cookie());
  return response;
}

}  // namespace ztix::app
