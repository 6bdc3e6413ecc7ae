#pragma once

/// @file core/domain/rtr_change.h
/// When a route server's RTR caches may change. Origin validation must never stand on caches that nobody has seen
/// working: a route server keeps one of those it has, and some route server keeps all of its own.

#include <cstdint>
#include <string>
#include <vector>

#include "core/domain/config_snapshot.h"

namespace ztix::domain {

using RtrCaches = std::vector<RtrCache>;

/// `ADDRESS:PORT`, IPv6 as `[ADDRESS]:PORT`.
[[nodiscard]] std::string text_of(const RtrCache& cache);

/// The RTR caches of one route server.
struct RtrSituation {
  /// Members rely on it: the rule about the others counts only those.
  bool is_enabled = false;
  /// Each set that may run there by now: of its confirmed revision and of every later one; the published set is last.
  std::vector<RtrCaches> possible;
  /// Without a confirmed revision nothing is known to work there that could be lost.
  bool has_confirmed = false;
};

enum class RtrRefusal : std::uint8_t {
  none,
  all_at_once,  ///< no cache would remain of a set that may run there
  everywhere,   ///< the caches of every other enabled route server are changing already
};

/// Order is no difference: BIRD's sessions to caches are named by address.
[[nodiscard]] bool is_same(const RtrCaches& a, const RtrCaches& b);

/// @param others  all other route servers.
[[nodiscard]] RtrRefusal judge_rtr_change(const RtrCaches& wanted, const RtrSituation& mine,
                                          const std::vector<RtrSituation>& others);

}  // namespace ztix::domain
