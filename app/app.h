#pragma once

/// @file app/app.h
/// The wiring of the web application: builds the adapters and passes references.

#include <cstdint>
#include <memory>

#include "core/base/result.h"
#include "core/config/settings.h"

namespace ztix::app {

/// Everything of one running application. Stops, when destroyed, after what is being answered is answered.
class App {
 public:
  /// Needs no database or Redis to start: it comes up and says in /readyz what is missing.
  /// @return invalid_argument for an address in the settings that cannot be read; unavailable when it cannot listen.
  static Result<std::unique_ptr<App>> start(const config::AppSettings& settings);
  App(const App&) = delete;
  App& operator=(const App&) = delete;
  ~App();

  /// Where it listens; useful when the settings say port 0.
  [[nodiscard]] std::uint16_t port() const;

 private:
  struct State;
  explicit App(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace ztix::app
