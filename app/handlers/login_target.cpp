#include "app/handlers/login_target.h"

#include "app/http/cookie.h"
#include "app/http/url.h"
#include "app/router.h"

namespace ztix::app {

bool is_login_target(std::string_view path) {
  if (!is_local_path(path)) return false;
  NoMatch otherwise;
  const auto match = find_route("GET", path.substr(0, path.find_first_of("?#")), otherwise);
  return match && match->route->kind == Kind::page && match->route->access != Access::open;
}

Status end_session_before(const Call& call) {
  const auto before = session_token(call.http);
  if (!before) return {};
  const auto old = call.services.accounts.authenticate(*before);
  if (!old || !*old) return {};
  return call.services.accounts.log_out(*before, call.actor());
}

}  // namespace ztix::app
