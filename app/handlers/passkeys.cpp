#include <limits>

#include <nlohmann/json.hpp>

#include "app/handlers/factor_replies.h"
#include "app/handlers/handlers.h"
#include "app/handlers/parameters.h"
#include "app/http/envelope.h"
#include "app/http/json_body.h"
#include "app/presenter/passkey_json.h"
#include "core/base/base64url.h"

namespace ztix::app {
namespace {

Result<std::string> bytes_in(JsonBody& body, const std::string& field) {
  ZTIX_ASSIGN(const auto text, body.text(field));
  if (auto bytes = from_base64url(text)) return std::move(*bytes);
  return fail(ErrorCode::invalid_argument, "The field " + field + " is base64url without padding (RFC 4648 §5).")
      .with_reason("bad_passkey")
      .with_fact("field", field);
}

Result<service::PasskeyRegistration> registration_in(const Call& call) {
  service::PasskeyRegistration registration;
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(registration.client_data_json, bytes_in(body, "client_data_json"));
  ZTIX_ASSIGN(registration.authenticator_data, bytes_in(body, "authenticator_data"));
  ZTIX_ASSIGN(const auto algorithm, body.integer("algorithm"));
  ZTIX_CHECK(body.finish());
  using Limits = std::numeric_limits<std::int32_t>;
  // 0 is no algorithm (RFC 9053), as is whatever does not fit.
  registration.algorithm =
      algorithm < Limits::min() || algorithm > Limits::max() ? 0 : static_cast<std::int32_t>(algorithm);
  return registration;
}

Result<service::PasskeyAssertion> assertion_in(const Call& call) {
  service::PasskeyAssertion assertion;
  ZTIX_ASSIGN(auto body, JsonBody::parse(call.http.body));
  ZTIX_ASSIGN(assertion.credential_id, bytes_in(body, "credential_id"));
  ZTIX_ASSIGN(assertion.client_data_json, bytes_in(body, "client_data_json"));
  ZTIX_ASSIGN(assertion.authenticator_data, bytes_in(body, "authenticator_data"));
  ZTIX_ASSIGN(assertion.signature, bytes_in(body, "signature"));
  ZTIX_CHECK(body.finish());
  return assertion;
}

}  // namespace

Result<HttpResponse> passkey_post(Call& call) {
  ZTIX_ASSIGN(const auto wish, factor_wish(call, "Passkey"));
  ZTIX_ASSIGN(const auto offer,
              call.services.passkeys.begin_registration(*call.login, wish.label, wish.enrolment_code, call.actor()));
  return data_response({{"public_key", creation_options_json(offer)}}, 201);
}

Result<HttpResponse> passkey_confirm_post(Call& call) {
  ZTIX_ASSIGN(const auto registration, registration_in(call));
  ZTIX_ASSIGN(const auto done, call.services.passkeys.register_passkey(own_session(call), registration, call.actor()));
  return confirmed_response(done);
}

Result<HttpResponse> passkey_challenge_post(Call& call) {
  ZTIX_CHECK(check_empty_body(call));
  ZTIX_ASSIGN(const auto question, call.services.passkeys.begin_verification(*call.login));
  return data_response({{"public_key", request_options_json(question)}});
}

Result<HttpResponse> passkey_verify_post(Call& call) {
  ZTIX_ASSIGN(const auto assertion, assertion_in(call));
  ZTIX_ASSIGN(const auto login, call.services.passkeys.verify(own_session(call), assertion, call.actor()));
  return renewed_response(login);
}

}  // namespace ztix::app
