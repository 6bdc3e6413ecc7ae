#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stop_token>
#include <thread>

#include "core/base/stop_signals.h"
#include "core/config/settings.h"
#include "core/log/log.h"
#include "worker/worker.h"

namespace {

/// The first SIGTERM or SIGINT drains; the second ends at once: every lease ends by itself, and BIRD undoes what is
/// armed.
void stop_on_signal(const ztix::StopSignals& signals, std::stop_source stop) {
  signals.wait();
  stop.request_stop();
  signals.wait();
  std::_Exit(75);
}

int run() {
  const ztix::StopSignals signals;
  const auto loaded = ztix::config::load_worker_settings(ztix::config::process_environment());
  if (!loaded.settings) return ztix::config::report_errors("ztix-worker", loaded.errors);
  ztix::log::start("worker", loaded.settings->log_level);
  std::stop_source stop;
  std::thread(stop_on_signal, signals, stop).detach();
  return ztix::worker::run_worker(*loaded.settings, stop.get_token());
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "ztix-worker: %s\n", bug.what());
  } catch (...) {
    std::fprintf(stderr, "ztix-worker: unknown failure\n");
  }
  return 1;
}
