#include "app/connection_watch.h"

#include <array>
#include <thread>

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ztix::app {
namespace {

using namespace std::chrono_literals;

/// Both ends of a connection; ours is watched.
struct Pair {
  Pair() { REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0); }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  ~Pair() {
    for (const int end : ends) ::close(end);
  }
  /// True when the client sees the end of the connection in time.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds limit) const {
    pollfd watched{ends[1], POLLIN, 0};
    char byte = 0;
    return ::poll(&watched, 1, static_cast<int>(limit.count())) == 1 && ::read(ends[1], &byte, 1) == 0;
  }
  std::array<int, 2> ends{};
};

TEST_CASE("[identity 35] A connection whose request does not arrive is ended, and one that is being answered is not") {
  ConnectionWatch watch(100ms);
  const Pair slow;
  const ConnectionWatch::Guard guard(watch, slow.ends[0]);
  const Pair busy;
  std::jthread other([&] {
    ConnectionWatch::Guard answering(watch, busy.ends[0]);
    answering.answering();
    CHECK_FALSE(busy.ends_within(1500ms));
    answering.waiting();
    CHECK(busy.ends_within(5000ms));
  });
  CHECK(slow.ends_within(5000ms));
}

TEST_CASE("Closing ends what waits at once, and what is being answered as soon as it waits") {
  ConnectionWatch watch(1h);
  const Pair idle;
  ConnectionWatch::Guard guard(watch, idle.ends[0]);
  watch.close_waiting();
  CHECK(idle.ends_within(5000ms));
}

TEST_CASE("The watch never touches a descriptor that was closed and given away") {
  ConnectionWatch watch(50ms);
  const Pair innocent;
  {
    Pair gone;
    const ConnectionWatch::Guard guard(watch, gone.ends[0]);
    ::close(gone.ends[0]);
    // The number that was just freed now names the innocent connection.
    gone.ends[0] = ::dup(innocent.ends[0]);
    CHECK_FALSE(innocent.ends_within(800ms));
  }
}

}  // namespace
}  // namespace ztix::app
