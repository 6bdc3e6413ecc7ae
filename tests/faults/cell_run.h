#pragma once

/// @file tests/faults/cell_run.h
/// One run of a cell; the flow is in cell.cpp, what is done to the victim in strike.cpp.

#include <map>
#include <memory>

#include "tests/faults/cell.h"
#include "tests/faults/invariants.h"
#include "tests/faults/operations.h"
#include "tests/faults/root_watch.h"

namespace ztix::faults {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// How long a healthy worker may need until the exchange is at rest, beyond leases and timers.
inline constexpr milliseconds kPatience{60'000};

class CellRun {
 public:
  CellRun(Exchange& exchange, const Cell& cell, std::string label, Environment extra)
      : exchange_(exchange),
        cell_(cell),
        label_(std::move(label)),
        extra_(std::move(extra)),
        times_(cell.production_times ? Times::production() : Times{}) {}

  Verdict verdict();

 private:
  void go();
  std::unique_ptr<WorkerProcess> start(const std::string& role, Environment armed = {});
  std::unique_ptr<WorkerProcess> stopped_at(const std::string& role, std::string_view point, int nth);
  std::unique_ptr<WorkerProcess> victim_at_point();
  void watch_harm();
  void look_at_harm();
  void check_boot_files();
  void strike(std::unique_ptr<WorkerProcess> victim);
  void kill(WorkerProcess& victim);
  void abandon(WorkerProcess& victim);
  void pause(std::unique_ptr<WorkerProcess> victim);
  void silence(std::unique_ptr<WorkerProcess> victim);
  void oversleep(std::unique_ptr<WorkerProcess> victim);
  void wake(WorkerProcess& victim);
  void cut_database();
  void flush_redis();
  void cut_ssh(WorkerProcess& victim);
  void take_sshd_away(WorkerProcess& victim);
  void await_rest();
  /// What is asked first when nobody works: which jobs are open, in whose hands, and whether this one lives.
  std::string open_jobs(WorkerProcess& worker);
  [[nodiscard]] milliseconds patience() const {
    return kPatience + 2 * times_.lease +
           (cell_.row.armed == Armed::yes ? milliseconds(times_.undo_after) : milliseconds(0));
  }
  void wrong(std::string what) { verdict_.wrong.push_back(std::move(what)); }

  Exchange& exchange_;
  const Cell& cell_;
  std::string label_;
  Environment extra_;
  Times times_;
  Verdict verdict_;
  Asked asked_;
  std::unique_ptr<RootWatch> harm_;
  /// Whoever is alive at the end.
  std::vector<std::unique_ptr<WorkerProcess>> workers_;
};

}  // namespace ztix::faults
