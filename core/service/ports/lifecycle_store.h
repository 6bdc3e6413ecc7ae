#pragma once

/// @file core/service/ports/lifecycle_store.h
/// What people do to a membership that exists: suspend, resume, end it, let a tripped session up again. Each call is
/// one transaction of fact, audit row, revision and job, so what was taken away is written down before anything acts on
/// it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/service/ports/request_store.h"

namespace ztix::service {

/// How a membership ends. `urgent`: cut off at once, then taken out of the configurations. `orderly`: out of the
/// configurations first, so that everybody uses other routes before the fabric is closed.
enum class Departure : std::uint8_t { orderly, urgent };

inline constexpr std::array kDepartures{Departure::orderly, Departure::urgent};
[[nodiscard]] constexpr std::string_view to_string(Departure departure) noexcept {
  return departure == Departure::urgent ? "urgent" : "orderly";
}

/// Who lets a session up again: its owner (so many times a day) or an administrator.
enum class ClearedBy : std::uint8_t { owner, administrator };

/// How often an owner may clear limits of one request in 24 hours.
inline constexpr int kOwnerClearsPerDay = 2;

/// All: `not_found` for an unknown request; `refused_transition` where the request's state does not allow it (first
/// write wins). A request without a membership, or one whose membership ends, allows none of them.
class LifecycleStore {
 public:
  virtual ~LifecycleStore() = default;

  /// Every session of the member is down everywhere until resumed; the request keeps its state. Enqueues
  /// `member.provision` at priority 0, which cuts the member off at once. `refused_transition` when it is suspended.
  virtual Result<Request> suspend(const Uuid& id, const std::string& reason, const Command& command) = 0;
  /// Ends a suspension and nothing else: a tripped limit stays. `refused_transition` when it is not suspended.
  virtual Result<Request> resume(const Uuid& id, const Command& command) = 0;
  /// → `revoking`. The membership leaves the manifest in a new revision; enqueues `member.revoke`, at priority 0 when
  /// urgent. An orderly departure that has not ended may be made urgent; the other way round is refused.
  virtual Result<Request> depart(const Uuid& id, Departure departure, const std::string& reason,
                                 const Command& command) = 0;
  /// Sessions of the request that tripped their limit may come up again. `conflict` (`no_limit_tripped`) when none did;
  /// `rate_limited` (`limit_clears_used_up`) when an owner did so twice in the last 24 hours.
  virtual Result<Request> clear_limit(const Uuid& id, ClearedBy who, const Command& command) = 0;
};

}  // namespace ztix::service
