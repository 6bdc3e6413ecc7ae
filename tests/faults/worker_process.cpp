#include "tests/faults/worker_process.h"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace ztix::faults {
namespace {

std::string report_file(const std::string& folder, const std::string& name) { return folder + "/" + name + ".report"; }

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The letter in /proc/PID/stat: T is stopped.
char process_state(pid_t pid) {
  const auto stat = text_of("/proc/" + std::to_string(pid) + "/stat");
  const auto name_ends = stat.rfind(')');
  return name_ends == std::string::npos || name_ends + 2 >= stat.size() ? '-' : stat[name_ends + 2];
}

}  // namespace

Environment stop_at(const std::string& point, int nth) {
  return {{"ZTIX_CRASH_AT", point + ":" + std::to_string(nth)}, {"ZTIX_CRASH_ACTION", "stop"}};
}

WorkerProcess::WorkerProcess(const std::string& settings_file, const std::vector<std::string>& command,
                             const std::string& folder, const std::string& name, const Times& times,
                             const Environment& extra)
    : folder_(folder),
      name_(name),
      child_(start(settings_file, command, folder, name, times, extra)),
      pid_(child_.pid()) {}

// The lab's settings hold secrets, so a shell reads them from their file: none is ever an argument.
test::Child WorkerProcess::start(const std::string& settings_file, const std::vector<std::string>& command,
                                 const std::string& folder, const std::string& name, const Times& times,
                                 Environment extra) {
  extra["ZTIX_JOB_LEASE_MILLISECONDS"] = std::to_string(times.lease.count());
  extra["ZTIX_JOB_HEARTBEAT_MILLISECONDS"] = std::to_string(times.heartbeat.count());
  extra["ZTIX_JOB_SWEEP_MILLISECONDS"] = std::to_string(times.sweep.count());
  extra["ZTIX_APPLY_UNDO_AFTER_SECONDS"] = std::to_string(times.undo_after.count());
  extra["ZTIX_APPLY_VERIFY_MILLISECONDS"] = std::to_string(times.verify.count());
  extra["ZTIX_UNREACHABLE_RETRY_MILLISECONDS"] = std::to_string(times.unreachable_retry.count());
  // Waits that have nothing to do with crashes.
  for (const auto* setting : {"ZTIX_BAKE_FILTERS_SECONDS", "ZTIX_BAKE_SHARED_SECONDS", "ZTIX_APPLY_STEADY_SECONDS"}) {
    extra.try_emplace(setting, "0");
  }
  // A wait that the suite ends by putting a clock on, and looks that it asks for where a cell is about one.
  extra.try_emplace("ZTIX_LEAVE_GRACE_SECONDS", "3600");
  extra.try_emplace("ZTIX_ROUTE_SERVER_PROBE_SECONDS", "10");
  extra.try_emplace("ZTIX_CONTROLLER_LOOK_SECONDS", "10");
  extra["ZTIX_APPLY_WATCH_MILLISECONDS"] = "200";
  extra["ZTIX_BREAKER_PROBE_MILLISECONDS"] = std::to_string(times.unreachable_retry.count());
  extra["ZTIX_METRICS_LISTEN"] = "127.0.0.1:0";
  extra["ZTIX_LOG_LEVEL"] = "debug";
  extra["ZTIX_CRASH_REPORT"] = report_file(folder, name);
  std::filesystem::remove(report_file(folder, name));
  std::filesystem::remove(folder + "/" + name + ".log");  // what is counted in it is of this process only
  const auto own = folder + "/" + name + ".env";
  {
    std::ofstream file(own);
    for (const auto& [key, value] : extra) file << key << "='" << value << "'\n";
  }
  std::vector<std::string> words{"bash", "-c", R"(set -a; . "$0"; . "$1"; shift; exec "$@")", settings_file, own};
  words.insert(words.end(), command.begin(), command.end());
  return {words, folder + "/" + name + ".log"};
}

bool WorkerProcess::has_stopped_at_point() const {
  return !text_of(report_file(folder_, name_)).empty() && process_state(pid_) == 'T';
}

std::string WorkerProcess::log() const { return text_of(folder_ + "/" + name_ + ".log"); }

void WorkerProcess::resume() const { ::kill(pid_, SIGCONT); }

bool WorkerProcess::kill() {
  if (!child_.is_running()) return false;
  ::kill(pid_, SIGKILL);
  child_.stop();
  return true;
}

}  // namespace ztix::faults
