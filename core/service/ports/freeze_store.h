#pragma once

/// @file core/service/ports/freeze_store.h
/// Freezes: what stands still, until when and why.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/freeze_scope.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

struct NewFreeze {
  domain::FreezeScope scope = domain::FreezeScope::all;
  std::string subject;             ///< ZeroTier network id or route server's name; empty for `all`
  std::optional<Timestamp> until;  ///< nullopt = until somebody lifts it
  std::string reason;
};

/// A freeze that holds.
struct Freeze {
  std::int64_t id = 0;
  NewFreeze what;
  Timestamp set_at{};
  std::string set_by;
};

/// Under a freeze nothing is published and nothing is applied or repaired, except what only takes away.
class FreezeStore {
 public:
  virtual ~FreezeStore() = default;

  /// One per scope and subject: setting it again replaces time and reason. Audited (`freeze.set`).
  /// @return not_found for an unknown network or route server.
  virtual Result<Freeze> set(const NewFreeze& freeze, const Actor& actor) = 0;
  /// Audited (`freeze.lifted`); what waited for it becomes due. @return not_found when no such freeze holds.
  virtual Status lift(domain::FreezeScope scope, const std::string& subject, const Actor& actor) = 0;
  /// Those that hold now, the oldest first. One whose time is over holds no more.
  virtual Result<std::vector<Freeze>> active() = 0;
};

}  // namespace ztix::service
