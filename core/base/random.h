#pragma once

/// @file core/base/random.h
/// Randomness of the operating system.

#include <cstddef>
#include <string>

namespace ztix {

/// `count` bytes of getrandom(2).
/// @throws std::runtime_error when the kernel gives none: nothing safe can go on then.
[[nodiscard]] std::string system_random_bytes(std::size_t count);

}  // namespace ztix
