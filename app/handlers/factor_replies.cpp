#include "app/handlers/factor_replies.h"

#include <nlohmann/json.hpp>

#include "app/http/cookie.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "app/presenter/account_json.h"

namespace ztix::app {
namespace {

HttpResponse renewed(const Json& data, const service::NewLogin& login) {
  auto response = data_response(data);
  response.headers.set("Set-Cookie", set_session_cookie(login));
  return response;
}

}  // namespace

Result<FactorWish> factor_wish(const Call& call, const std::string& default_label) {
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(const auto label, body.optional_text("label"));
  ZTIX_ASSIGN(const auto typed, body.optional_text("enrolment_code"));
  ZTIX_CHECK(body.finish());
  FactorWish wish{label.value_or(default_label), std::nullopt};
  if (typed) wish.enrolment_code.emplace(*typed);
  return wish;
}

service::OwnSession own_session(const Call& call) { return {*call.login, *call.session_token}; }

HttpResponse renewed_response(const service::NewLogin& login) { return renewed(login_json(login.login), login); }

HttpResponse confirmed_response(const service::ConfirmedFactor& done) {
  auto data = login_json(done.login.login);
  data["recovery_codes"] = codes_json(done.recovery_codes);
  return renewed(data, done.login);
}

}  // namespace ztix::app
