#pragma once

/// @file route-server/helper/lock.h
/// The one lock of a host: no two calls look and act at the same time. bird-reload takes the same one.

#include <chrono>
#include <cstdint>

#include "core/base/descriptor.h"
#include "route-server/helper/state_folder.h"

namespace ztix::helper {

/// Held from take() until release(), or its end.
class Lock {
 public:
  enum class Taken : std::uint8_t { yes, not_installed, others_have_it };

  /// Waits for others, but not longer than this.
  [[nodiscard]] Taken take(const StateFolder& folder, std::chrono::seconds longest);
  void release() noexcept { file_ = Descriptor(); }

 private:
  Descriptor file_;
};

}  // namespace ztix::helper
