#include <cstdio>
#include <exception>

#include "app/app.h"
#include "core/base/stop_signals.h"
#include "core/config/settings.h"
#include "core/log/log.h"

namespace {

constexpr int kExitUnavailable = 69;  // EX_UNAVAILABLE of sysexits.h

int run() {
  const ztix::StopSignals signals;
  const auto loaded = ztix::config::load_app_settings(ztix::config::process_environment());
  if (!loaded.settings) return ztix::config::report_errors("ztix-app", loaded.errors);
  ztix::log::start("app", loaded.settings->log_level);
  const auto app = ztix::app::App::start(*loaded.settings);
  if (!app) {
    const auto& error = app.error();
    ztix::log::error("app.not_started", {{"error", error.message}, {"detail", error.detail}});
    return error.code == ztix::ErrorCode::invalid_argument ? ztix::config::kExitConfiguration : kExitUnavailable;
  }
  signals.wait();
  return 0;
}

}  // namespace

int main() {
  try {
    return run();
  } catch (const std::exception& bug) {
    std::fprintf(stderr, "ztix-app: %s\n", bug.what());
    return 1;
  }
}
