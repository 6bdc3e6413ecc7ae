#pragma once

/// @file tests/e2e/pings.h
/// Real packets between members: ICMP echo requests, and who answered them.

#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "tests/e2e/lab.h"

namespace ztix::test {

/// Sends `count` requests, one each 50 ms. @return how many were answered.
int replies(const Lab& lab, const std::string& node, const std::string& address, int count);

/// Requests that a node has received so far.
std::int64_t requests_received(const Lab& lab, const std::string& node);

/// A hundred requests a second for as long as it lives. Our own and not ping's: that one sleeps by the kernel's ticks,
/// and sends half as many on some machines.
class PingStream {
 public:
  static constexpr std::chrono::milliseconds kPause{10};

  PingStream(const Lab& lab, const std::string& node, const std::string& ipv4);
  ~PingStream() { end(); }
  PingStream(const PingStream&) = delete;
  PingStream& operator=(const PingStream&) = delete;

  struct Report {
    int sent = 0;
    int lost = 0;
    int lost_in_a_row = 0;  ///< at most
    double per_second = 0;
  };
  /// Ends it, half a second after the last request.
  Report end();

 private:
  void run(const std::stop_token& stop);
  void send(std::uint16_t number) const;
  void receive();

  int socket_;
  std::uint32_t address_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::duration took_{};
  std::vector<bool> answered_{true};  ///< by number; there is no request 0
  std::jthread thread_;
};

}  // namespace ztix::test
