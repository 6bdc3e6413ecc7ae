#include "core/service/target_breaker.h"

#include <doctest/doctest.h>

using namespace ztix;
using namespace std::chrono_literals;
using service::TargetBreaker;

namespace {

class ManualClock final : public service::Clock {
 public:
  [[nodiscard]] Timestamp now() const override { return Timestamp(std::chrono::microseconds(0)) + elapsed_; }
  [[nodiscard]] std::chrono::steady_clock::time_point monotonic() const override {
    return std::chrono::steady_clock::time_point() + elapsed_;
  }
  void sleep_for(std::chrono::milliseconds duration) override { elapsed_ += duration; }

 private:
  std::chrono::milliseconds elapsed_{0};
};

void fail_often(TargetBreaker& breaker, int times) {
  for (int i = 0; i < times; ++i) breaker.failed("rs1", "route_server:rs1");
}

}  // namespace

TEST_CASE("A target is tried until it has failed five times in a row") {
  ManualClock clock;
  TargetBreaker breaker(clock, {});
  fail_often(breaker, 4);
  CHECK_FALSE(breaker.wait_for("rs1", "a"));
  fail_often(breaker, 1);
  CHECK(breaker.wait_for("rs1", "a") == 10'000ms);
  CHECK_FALSE(breaker.wait_for("rs2", "a"));
}

TEST_CASE("A target that answered once in between has not failed in a row") {
  ManualClock clock;
  TargetBreaker breaker(clock, {});
  fail_often(breaker, 4);
  breaker.succeeded("rs1");
  fail_often(breaker, 4);
  CHECK_FALSE(breaker.wait_for("rs1", "a"));
}

TEST_CASE("An open target gets one attempt in ten seconds, whoever asks") {
  ManualClock clock;
  TargetBreaker breaker(clock, {});
  fail_often(breaker, 5);
  clock.sleep_for(9'999ms);
  CHECK(breaker.wait_for("rs1", "a") == 1ms);
  clock.sleep_for(1ms);
  CHECK_FALSE(breaker.wait_for("rs1", "a"));
  CHECK(breaker.wait_for("rs1", "b") == 10'000ms);
}

TEST_CASE("When a target answers, everybody who waits for it is told") {
  ManualClock clock;
  TargetBreaker breaker(clock, {});
  fail_often(breaker, 5);
  breaker.wait_for("rs1", "membership:1");
  breaker.wait_for("rs1", "membership:2");
  CHECK(breaker.succeeded("rs1") == std::vector<std::string>{"membership:1", "membership:2", "route_server:rs1"});
  CHECK(breaker.succeeded("rs1").empty());
  CHECK_FALSE(breaker.wait_for("rs1", "membership:1"));
}
