#pragma once

/// @file tests/support/checkout.h
/// Where this checkout is. Only checkout.cpp is compiled with the answer: every other object is the same in all
/// checkouts, and the compiler's cache serves them all.

#include <string>
#include <string_view>

namespace ztix::test {

/// @param path  from the top of the checkout; empty for the top itself.
[[nodiscard]] std::string in_checkout(std::string_view path);
/// @param path  from the top of the folder that these tests were built in, e.g. `bin/ztix`; empty for the top itself.
[[nodiscard]] std::string in_build(std::string_view path);

}  // namespace ztix::test
