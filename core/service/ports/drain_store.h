#pragma once

/// @file core/service/ports/drain_store.h
/// Taking a route server out of service without a lost packet, and bringing it back (RFC 8326).

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/states.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

struct DrainOrder {
  std::string route_server;
  /// How long members see GRACEFUL_SHUTDOWN before their sessions are closed; 0–86400.
  std::chrono::seconds announce{120};
  /// Drain although no other route server of one of its networks is enabled and up.
  bool last_one = false;
  std::string reason;
};

/// A route server on its way out or back.
struct Drain {
  std::string route_server;
  domain::RouteServerState state = domain::RouteServerState::draining;
  std::chrono::seconds announce{0};
  std::optional<Timestamp> announced_at;  ///< members have been told since then
  std::optional<Timestamp> returning_at;
  std::string reason;
  std::string set_by;
};

class DrainStore {
 public:
  virtual ~DrainStore() = default;

  /// Orders it; `advance` begins (enabled → draining, with the revision that says so). Audited
  /// (`route_server.drained`).
  /// @return not_found; refused_transition; conflict with reason `frozen`, or `last_one` when no other route server is
  /// enabled and was seen up just now; invalid_argument for `last_one` without a reason.
  virtual Status drain(const DrainOrder& order, const Actor& actor) = 0;
  /// Orders it. `advance` lets it join: from draining at once, nobody was disturbed yet; from maintenance when it runs
  /// the newest revision with its sessions down and has its ROAs.
  virtual Status give_back(const std::string& route_server, const Actor& actor) = 0;
  virtual Result<std::vector<Drain>> drains() = 0;
  /// For the sweep: takes each one as far as its time and its host allow. Returns how many moved.
  virtual Result<int> advance(const Actor& actor) = 0;
};

}  // namespace ztix::service
