#pragma once

/// @file route-server/helper/exit_code.h
/// How a call went: the helper's exit code, and the first number of its answer when it serves.

#include <cstdint>

namespace ztix::helper {

/// Part of the wire protocol (route-server/README.md); core/remote maps each to an error.
enum class [[nodiscard]] ExitCode : std::uint8_t{
    done = 0,   refused_by_bird = 1, usage = 2, fenced = 3, foreign_installation = 4, wrong_state = 5, bird_down = 6,
    later = 75,  ///< EX_TEMPFAIL
};

}  // namespace ztix::helper

/// Ends the enclosing function with the exit code of `expression`, which has said why, unless that is `done`.
#define ZTIX_GO_ON(expression)                                                                        \
  do {                                                                                                \
    if (const auto ztix_exit_code = (expression); ztix_exit_code != ::ztix::helper::ExitCode::done) { \
      return ztix_exit_code;                                                                          \
    }                                                                                                 \
  } while (false)
