#include "core/base/crash_point.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/text.h"

namespace ztix {
namespace {

/// What a shell reports for a process ended by SIGKILL, which this stands for.
constexpr int kExitLikeSigkill = 137;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here ever writes the environment
  return value == nullptr ? std::string() : std::string(value);
}

struct Armed {
  std::string name;
  int at = 1;
  std::string action;
  std::string report;
};

Armed read_environment() {
  Armed armed{environment("ZTIX_CRASH_AT"), 1, environment("ZTIX_CRASH_ACTION"), environment("ZTIX_CRASH_REPORT")};
  if (const auto colon = armed.name.rfind(':'); colon != std::string::npos) {
    armed.at = parse_decimal<int>(armed.name.substr(colon + 1)).value_or(1);
    armed.name.resize(colon);
  }
  return armed;
}

// A crash may follow at once, so nothing is buffered.
void report(const Armed& armed) {
  if (armed.report.empty()) return;
  const int file = ::open(armed.report.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return;
  const std::string line = armed.name + "\n";
  [[maybe_unused]] const auto written = ::write(file, line.data(), line.size());
  ::close(file);
}

void act(const Armed& armed) {
  report(armed);
  if (armed.action == "throw") throw std::runtime_error("crash point " + armed.name);
  if (armed.action == "stop") {
    // To this very thread: one to the process may be taken by another thread, and this one runs on until it hears of
    // it.
    static_cast<void>(std::raise(SIGSTOP));
    return;
  }
  ::_exit(kExitLikeSigkill);
}

}  // namespace

void crash_point(std::string_view name) {
  static const Armed armed = read_environment();
  if (armed.name.empty() || armed.name != name) return;
  static std::atomic<int> reached{0};
  if (++reached == armed.at) act(armed);
}

}  // namespace ztix
