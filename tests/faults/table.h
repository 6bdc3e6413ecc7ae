#pragma once

/// @file tests/faults/table.h
/// Which point is reached by which operation, and what is done to the worker there. tests/checks/crash_points holds the
/// first column against the source: a point without a row, or a row without a point, fails.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::faults {

/// What people ask for.
enum class Operation : std::uint8_t {
  approve,      ///< a good change
  harmful,      ///< passes `configure check` and does harm: the RTR caches of one route server move to nowhere
  harm_later,   ///< the same, and its harm shows only after it was confirmed: a worker died before it was persisted
  refused,      ///< one member's object is refused by `configure check`
  change_node,  ///< another node id for an active member
  suspend,
  resume,
  revoke,     ///< by an administrator: cut off at once
  leave,      ///< by the owner: in good order
  drain,      ///< of the last route server
  come_back,  ///< of a drained one
  tamper,     ///< a hand authorises a suspended member at the controller
  damage,     ///< a hand edits the boot file of a route server
  switch_on,  ///< a hand enables a suspended member's session on a route server
  trip,       ///< a member announces too much, and an apply is the first to see it
  overrun,    ///< the same, and a look is the first to see it
  thaw,       ///< a freeze is lifted, under which somebody was approved
  revive,     ///< an approval whose job is dead, as three workers in a row died of it
};

enum class Fault : std::uint8_t {
  kill,       ///< SIGKILL at the point; another worker goes on
  pause,      ///< stopped at the point for longer than its lease; resumed while another worker works
  silence,    ///< as pause, and half of a pipeline that holds its job is on its way to PostgreSQL
  oversleep,  ///< stopped at the point until another worker has done everything; then resumed
  database,   ///< its connections to PostgreSQL end at the point
  redis,      ///< FLUSHALL at the point
  ssh,        ///< its SSH sessions are cut at the point; without any, the route servers' sshd is away for a while
  abandon,    ///< SIGKILL at the point, and nobody works until BIRD's own timer is over
};

/// Whose process stops at the point: a worker, or the command line of a person.
enum class Victim : std::uint8_t { worker, command };

/// Whether an unconfirmed configuration runs while a worker stands at the point.
enum class Armed : std::uint8_t { no, yes };

struct Row {
  std::string_view point;
  Operation operation;
  Armed armed = Armed::no;
  /// A point at which a worker before this one was killed, as some points are only reached after a crash.
  std::string_view after_crash_at{};
  int nth = 1;
  Victim victim = Victim::worker;
};

struct Cell {
  Row row;
  Fault fault;
  bool production_times = false;
  [[nodiscard]] std::string name() const;
};

[[nodiscard]] std::string_view word(Operation operation);
/// Its pauses are BIRD's and the exchange's own, wherever a worker dies.
[[nodiscard]] bool takes_long(Operation operation);
[[nodiscard]] std::string_view word(Fault fault);

[[nodiscard]] const std::vector<Row>& rows();
/// Every row with every fault that makes sense there.
[[nodiscard]] std::vector<Cell> all_cells();
/// Each point once, but of a step that takes long one of its two; the fault rotates, and `seed` says with which one it
/// begins.
[[nodiscard]] std::vector<Cell> few_cells(std::uint64_t seed);

}  // namespace ztix::faults
