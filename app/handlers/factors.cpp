#include <nlohmann/json.hpp>

#include "app/handlers/factor_replies.h"
#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/presenter/account_json.h"

namespace ztix::app {

Result<HttpResponse> factors_get(Call& call) {
  ZTIX_ASSIGN(const auto view, call.services.second_factors.overview(call.user()));
  Json data;
  data["factors"] = Json::array();
  for (const auto& factor : view.factors) data["factors"].push_back(factor_json(factor));
  data["recovery_codes_left"] = view.recovery_codes_left;
  data["being_set_up"] = view.enrolment.has_value();
  return data_response(data);
}

Result<HttpResponse> factor_verify_post(Call& call) {
  ZTIX_ASSIGN(const auto code, single_text(call, "code"));
  ZTIX_ASSIGN(const auto login, call.services.second_factors.verify(own_session(call), code, call.actor()));
  return renewed_response(login);
}

Result<HttpResponse> factor_totp_post(Call& call) {
  ZTIX_ASSIGN(const auto wish, factor_wish(call, "Authenticator app"));
  ZTIX_ASSIGN(const auto begun,
              call.services.second_factors.begin_totp(*call.login, wish.label, wish.enrolment_code, call.actor()));
  auto data = factor_json(begun.factor);
  data["secret"] = begun.secret.expose();
  data["otpauth_uri"] = begun.uri.expose();
  return data_response(data, 201);
}

Result<HttpResponse> factor_totp_confirm_post(Call& call) {
  ZTIX_ASSIGN(const auto code, single_text(call, "code"));
  ZTIX_ASSIGN(const auto done, call.services.second_factors.confirm_totp(own_session(call), code, call.actor()));
  return confirmed_response(done);
}

Result<HttpResponse> recovery_codes_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto codes, call.services.second_factors.new_recovery_codes(*call.login, call.actor()));
  return data_response({{"recovery_codes", codes_json(codes)}});
}

Result<HttpResponse> factor_delete(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto id, call.id());
  ZTIX_ASSIGN(const auto login, call.services.second_factors.remove(own_session(call), id, call.actor()));
  return renewed_response(login);
}

}  // namespace ztix::app
