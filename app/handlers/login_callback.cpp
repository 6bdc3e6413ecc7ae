#include "app/handlers/login_callback.h"

#include "app/http/json_body.h"

namespace ztix::app {

Result<service::LoginCallback> parse_login_callback(std::string_view body) {
  ZTIX_ASSIGN(auto fields, JsonBody::parse(body));
  service::LoginCallback callback;
  ZTIX_ASSIGN(callback.state, fields.optional_text("state"));
  ZTIX_ASSIGN(callback.code, fields.optional_text("code"));
  ZTIX_ASSIGN(callback.issuer, fields.optional_text("iss"));
  ZTIX_ASSIGN(callback.error, fields.optional_text("error"));
  ZTIX_CHECK(fields.finish());
  return callback;
}

}  // namespace ztix::app
