#include "app/presenter/token_json.h"

#include <nlohmann/json.hpp>

namespace ztix::app {
namespace {

Json time_json(const std::optional<Timestamp>& at) { return at ? Json(to_rfc3339(*at)) : Json(nullptr); }

}  // namespace

Json token_json(const service::ApiToken& token) {
  return {{"id", token.id.text()},
          {"name", token.name},
          {"scope", to_string(token.scope)},
          {"state", token.ended_at ? "revoked" : (token.expired ? "expired" : "live")},
          {"created_at", to_rfc3339(token.created_at)},
          {"expires_at", to_rfc3339(token.expires_at)},
          {"last_used_at", time_json(token.last_used_at)},
          {"revoked_at", time_json(token.ended_at)},
          {"reason", token.end_reason}};
}

}  // namespace ztix::app
