#include "app/call.h"

#include <stdexcept>

namespace ztix::app {

const service::User& Call::user() const {
  if (!login) throw std::logic_error("a handler for logged-in users was called without one");
  return login->user;
}

bool Call::is_admin() const { return login && login->user.has_role(domain::Role::admin); }

Result<Uuid> Call::id() const {
  const auto found = parameters.find("id");
  if (found == parameters.end()) throw std::logic_error("the route has no {id}");
  if (auto id = Uuid::parse(found->second)) return std::move(*id);
  return fail(ErrorCode::not_found, "No such request.");
}

service::Actor Call::actor() const {
  service::Actor actor;
  actor.kind = service::ActorKind::user;
  if (login) {
    actor.user_id = login->user.id;
    actor.name = login->user.username;
  }
  actor.remote_address = remote_address;
  actor.trace_id = request_id;
  if (api_token) actor.token_id = api_token->id;
  return actor;
}

}  // namespace ztix::app
