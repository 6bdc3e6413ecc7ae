#pragma once

/// @file tests/support/eventually.h
/// Waiting for an event, not for a time.

#include <chrono>
#include <functional>

namespace ztix::test {

/// Looks every 50 ms until `holds`; false when `limit` has passed.
bool eventually(std::chrono::milliseconds limit, const std::function<bool()>& holds);

/// Within half a minute.
bool eventually(const std::function<bool()>& holds);

}  // namespace ztix::test
