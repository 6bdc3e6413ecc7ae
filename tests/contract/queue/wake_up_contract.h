#pragma once

/// @file tests/contract/queue/wake_up_contract.h
/// What every pair of WakeUpSender and WakeUpReceiver does. A `World` has
///   sender() receiver() other_receiver()   two workers that share the hints
///   lose_all()                             what was sent and not yet received is gone
///   stop() start()                         the source goes away and comes back

#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/wake_up.h"

namespace ztix::test {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// Hints are for who is there: a worker asks once before it may count on them.
template <class Receiver>
void begin(Receiver& receiver) {
  const auto nothing = receiver.wait(1ms);
  REQUIRE(nothing);
  REQUIRE_FALSE(*nothing);
}

/// What arrives within ten seconds; -1 for nothing.
template <class Receiver>
std::int64_t next_hint(Receiver& receiver) {
  const auto hint = receiver.wait(10s);
  REQUIRE(hint);
  return hint->value_or(-1);
}

/// Sends until it arrives: the first hints after an outage may be lost.
template <class World>
bool arrives_again(World& world) {
  const auto limit = steady_clock::now() + 20s;
  while (steady_clock::now() < limit) {
    world.sender().wake(99);
    const auto hint = world.receiver().wait(100ms);
    if (hint && *hint == 99) return true;
  }
  return false;
}

TEST_CASE_TEMPLATE_DEFINE("Hints arrive once each and in the order they were sent", World, hints_in_order) {
  World world;
  begin(world.receiver());
  for (const auto id : std::vector<std::int64_t>{17, 9'000'000'000'000, 18}) world.sender().wake(id);
  CHECK(next_hint(world.receiver()) == 17);
  CHECK(next_hint(world.receiver()) == 9'000'000'000'000);
  CHECK(next_hint(world.receiver()) == 18);
  CHECK_FALSE(world.receiver().wait(10ms)->has_value());
}

TEST_CASE_TEMPLATE_DEFINE("A hint reaches one of two workers", World, hints_are_shared) {
  World world;
  begin(world.receiver());
  begin(world.other_receiver());
  world.sender().wake(1);
  world.sender().wake(2);
  CHECK(next_hint(world.other_receiver()) == 1);
  CHECK(next_hint(world.receiver()) == 2);
  CHECK_FALSE(world.receiver().wait(10ms)->has_value());
  CHECK_FALSE(world.other_receiver().wait(10ms)->has_value());
}

TEST_CASE_TEMPLATE_DEFINE("A hint ends the wait of who waits already", World, hint_wakes) {
  World world;
  begin(world.receiver());
  const auto before = steady_clock::now();
  std::thread sender([&world] { world.sender().wake(5); });
  CHECK(next_hint(world.receiver()) == 5);
  sender.join();
  CHECK(steady_clock::now() - before < 5s);
}

TEST_CASE_TEMPLATE_DEFINE("Waiting without a hint lasts as long as asked for", World, hint_timeout) {
  World world;
  begin(world.receiver());
  const auto before = steady_clock::now();
  const auto nothing = world.receiver().wait(60ms);
  REQUIRE(nothing);
  CHECK_FALSE(nothing->has_value());
  CHECK(steady_clock::now() - before >= 50ms);
  CHECK(steady_clock::now() - before < 5s);
}

TEST_CASE_TEMPLATE_DEFINE("Who is to stop does not wait on, and hints still reach it afterwards", World, hint_stop) {
  World world;
  begin(world.receiver());
  std::stop_source stop;
  const auto before = steady_clock::now();
  std::thread stopping([&stop] { stop.request_stop(); });
  const auto nothing = world.receiver().wait(10s, stop.get_token());
  stopping.join();
  REQUIRE(nothing);
  CHECK_FALSE(nothing->has_value());
  CHECK_FALSE(world.receiver().wait(10s, stop.get_token())->has_value());
  CHECK(steady_clock::now() - before < 5s);
  CHECK(arrives_again(world));
}

TEST_CASE_TEMPLATE_DEFINE("Hints that were lost stay lost, and the next ones arrive", World, hints_lost) {
  World world;
  begin(world.receiver());
  world.sender().wake(1);
  world.lose_all();
  CHECK_FALSE(world.receiver().wait(10ms)->has_value());
  world.sender().wake(2);
  CHECK(next_hint(world.receiver()) == 2);
}

TEST_CASE_TEMPLATE_DEFINE("While the source is down the receiver says so and the sender costs next to nothing", World,
                          hints_outage) {
  World world;
  begin(world.receiver());
  world.sender().wake(1);
  CHECK(next_hint(world.receiver()) == 1);
  world.stop();
  const auto down = world.receiver().wait(10ms);
  REQUIRE_FALSE(down);
  CHECK(down.error().code == ErrorCode::unavailable);
  const auto before = steady_clock::now();
  for (std::int64_t id = 0; id < 1000; ++id) world.sender().wake(id);
  CHECK(steady_clock::now() - before < 1s);
  world.start();
  CHECK(arrives_again(world));
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_WAKE_UP_CONTRACT(World)                  \
  TEST_CASE_TEMPLATE_INVOKE(hints_in_order, World);   \
  TEST_CASE_TEMPLATE_INVOKE(hints_are_shared, World); \
  TEST_CASE_TEMPLATE_INVOKE(hint_wakes, World);       \
  TEST_CASE_TEMPLATE_INVOKE(hint_timeout, World);     \
  TEST_CASE_TEMPLATE_INVOKE(hint_stop, World);        \
  TEST_CASE_TEMPLATE_INVOKE(hints_lost, World);       \
  TEST_CASE_TEMPLATE_INVOKE(hints_outage, World)
