#include "core/domain/rtr_change.h"

#include <doctest/doctest.h>

namespace ztix::domain {
namespace {

const RtrCache kA{IpAddress::from_ipv4(0xCB007101), 323}, kB{IpAddress::from_ipv4(0xCB007102), 323},
    kC{IpAddress::from_ipv4(0xCB007103), 323}, kD{IpAddress::from_ipv4(0xCB007104), 323};

RtrSituation enabled(std::vector<RtrCaches> possible) { return {true, std::move(possible), true}; }

TEST_CASE("RTR caches may change as long as one of those that run remains") {
  const auto mine = enabled({{kA, kB}});
  CHECK(judge_rtr_change({kA, kC}, mine, {}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kC, kB}, mine, {}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kA}, mine, {}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kC, kD}, mine, {}) == RtrRefusal::all_at_once);
  CHECK(judge_rtr_change({}, mine, {}) == RtrRefusal::all_at_once);
  CHECK(judge_rtr_change({{kA.address, 8282}, {kB.address, 8282}}, mine, {}) == RtrRefusal::all_at_once);
}

TEST_CASE("RTR caches that were published and not confirmed count as little as those they replace") {
  const auto between = enabled({{kA, kB}, {kA, kC}});
  CHECK(judge_rtr_change({kC, kD}, between, {}) == RtrRefusal::all_at_once);
  CHECK(judge_rtr_change({kB, kD}, between, {}) == RtrRefusal::all_at_once);
  CHECK(judge_rtr_change({kA, kD}, between, {}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kB, kC}, between, {}) == RtrRefusal::none);
}

TEST_CASE("RTR caches of a route server that never ran, or that had none, are free") {
  CHECK(judge_rtr_change({kC, kD}, {false, {{kA, kB}}, false}, {}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kC, kD}, enabled({{}}), {}) == RtrRefusal::none);
}

TEST_CASE("RTR caches never change on every enabled route server at once") {
  const auto mine = enabled({{kA, kB}});
  const auto stable = enabled({{kA, kB}, {kB, kA}});
  const auto changing = enabled({{kA, kB}, {kA, kC}});
  const RtrSituation joining{false, {{kA, kB}}, false};
  CHECK(judge_rtr_change({kA, kC}, mine, {stable}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kA, kC}, mine, {changing}) == RtrRefusal::everywhere);
  CHECK(judge_rtr_change({kA, kC}, mine, {changing, stable}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kA, kC}, mine, {changing, joining}) == RtrRefusal::everywhere);
  CHECK(judge_rtr_change({kA, kC}, mine, {joining}) == RtrRefusal::none);
  CHECK(judge_rtr_change({kA, kC}, {false, {{kA, kB}}, true}, {changing}) == RtrRefusal::none);
}

TEST_CASE("RTR caches are written as they are given on the command line") {
  CHECK(text_of(kA) == "203.0.113.1:323");
  CHECK(text_of({IpAddress::parse("2001:db8::1").value(), 8282}) == "[2001:db8::1]:8282");
}

TEST_CASE("RTR caches in another order are the same") {
  CHECK(is_same({kA, kB}, {kB, kA}));
  CHECK_FALSE(is_same({kA, kB}, {kA, kA}));
  CHECK_FALSE(is_same({kA, kB}, {kA}));
}

}  // namespace
}  // namespace ztix::domain
