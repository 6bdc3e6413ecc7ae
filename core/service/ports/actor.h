#pragma once

/// @file core/service/ports/actor.h
/// Who acts, carried from the click to the route server.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/uuid.h"

namespace ztix::service {

enum class ActorKind : std::uint8_t { user, cli, worker, policy };

inline constexpr std::array kActorKinds{ActorKind::user, ActorKind::cli, ActorKind::worker, ActorKind::policy};

/// Exactly the stored spelling.
[[nodiscard]] constexpr std::string_view to_string(ActorKind kind) noexcept {
  constexpr std::array<std::string_view, kActorKinds.size()> kNames{"user", "cli", "worker", "policy"};
  return kNames[static_cast<std::size_t>(kind)];
}

struct Actor {
  ActorKind kind = ActorKind::user;
  std::optional<Uuid> user_id;
  std::string name;                   ///< user name, the CLI's login name, or the worker's id
  std::string remote_address;         ///< empty for cli and worker
  std::string trace_id;               ///< HTTP request id or CLI run id; stored with audit rows and jobs
  std::optional<Uuid> token_id = {};  ///< when a program acts for the user; a fact of every audit row
};

/// One `Idempotency-Key` as it is stored: key (actor, method, route, key).
struct IdempotencyKey {
  Uuid user_id;
  std::string method;
  std::string route;
  std::string key;
};

/// What every changing call carries. When `idempotency` is set, the store marks the key as done with the resource id
/// *in the same transaction* as the change.
struct Command {
  Actor actor;
  std::optional<IdempotencyKey> idempotency;
};

}  // namespace ztix::service
