#pragma once

/// @file lab/controller/random_text.h
/// Random identities and tokens, from the kernel.

#include <cstddef>
#include <string>

namespace ztix::lab::controller {

/// `length` random lower-case hexadecimal digits. @throws std::runtime_error if the kernel gives no randomness.
[[nodiscard]] std::string random_hex(std::size_t length);

/// `length` random characters of [a-z0-9], as in the controller's token files.
[[nodiscard]] std::string random_token(std::size_t length);

}  // namespace ztix::lab::controller
