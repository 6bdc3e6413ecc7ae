#pragma once

/// @file tests/support/test_redis.h
/// A real Redis for tests.

#include <cstdint>
#include <optional>
#include <string>

#include "tests/support/process.h"

namespace ztix::test {

/// One server on 127.0.0.1 with a password; gone at the end of its scope.
class TestRedis {
 public:
  /// What is in it after a power cut: nothing, all but the last second as in production, or all that was answered.
  enum class Disk : std::uint8_t { none, every_second, every_write };
  /// @throws std::runtime_error when redis-server is missing or does not start.
  explicit TestRedis(Disk disk = Disk::none);
  TestRedis(const TestRedis&) = delete;
  TestRedis& operator=(const TestRedis&) = delete;

  [[nodiscard]] std::string url() const;
  /// What was in it is gone, too, unless it is on the disk.
  void stop();
  /// Returns when it answers again, on the same port.
  void start();
  /// Every key goes.
  void flush_all() const;

 private:
  [[nodiscard]] bool answers() const;
  TempFolder folder_;
  std::uint16_t port_ = 0;
  std::optional<Child> child_;
};

/// A TCP port of 127.0.0.1 that nobody listens on at this moment.
[[nodiscard]] std::uint16_t free_port();

}  // namespace ztix::test
