#pragma once

/// @file bench/support/events.h
/// What happened when, from programs in three languages: each appends lines to one file, all read the same monotonic
/// clock (CLOCK_MONOTONIC is one for all processes of a machine).
///
///     start JOB RUN PID NANOSECONDS
///     end JOB RUN PID NANOSECONDS

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ztix::bench {

using Instant = std::chrono::steady_clock::time_point;

struct Event {
  enum class What : std::uint8_t { start, end };
  What what = What::start;
  int job = 0;
  int run = 0;    ///< 1 is the first
  pid_t pid = 0;  ///< leader of the process group that ran it
  Instant at;
};

/// Appends whole lines, from any thread.
class EventWriter {
 public:
  /// @throws std::runtime_error when the file cannot be opened.
  explicit EventWriter(const std::string& path);
  ~EventWriter();
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;
  void write(Event::What what, int job, int run) const;

 private:
  int file_;
};

/// In the order in which they were written; none if there is no such file yet. @throws std::runtime_error for a line
/// that is no event.
[[nodiscard]] std::vector<Event> read_events(const std::string& path);

}  // namespace ztix::bench
