#include "core/domain/approval_policy.h"

#include <functional>
#include <string>

#include <doctest/doctest.h>

namespace ztix::domain {
namespace {

ApprovalFacts all_good() {
  ApprovalFacts facts;
  facts.asn_proven = true;
  facts.entry_known = true;
  facts.denied = false;
  facts.open_of_asn = 1;
  facts.open_of_user = 1;
  facts.node_was_removed = false;
  return facts;
}

TEST_CASE("A request of which every rule holds may be approved, and each rule has its result") {
  const auto results = judge(all_good(), {});
  CHECK(may_approve(results));
  REQUIRE(results.size() == kApprovalRules.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    CHECK(results[i].rule == kApprovalRules[i]);
    CHECK(results[i].failure.empty());
  }
}

TEST_CASE("[identity 24] Each rule that does not hold leaves the request to a person, and is the only one named") {
  const std::vector<std::pair<ApprovalRule, std::function<void(ApprovalFacts&)>>> breaks{
      {ApprovalRule::asn_proven, [](auto& f) { f.asn_proven = false; }},
      {ApprovalRule::entry_complete, [](auto& f) { f.missing_parts = {"prefix_counts"}; }},
      {ApprovalRule::as_set, [](auto& f) { f.missing_parts = {"as_set"}; }},
      {ApprovalRule::not_denied, [](auto& f) { f.denied = true; }},
      {ApprovalRule::asn_limit, [](auto& f) { f.open_of_asn = 3; }},
      {ApprovalRule::user_limit, [](auto& f) { f.open_of_user = 6; }},
      {ApprovalRule::node_is_new, [](auto& f) { f.node_was_removed = true; }}};
  CHECK(breaks.size() == kApprovalRules.size());
  for (const auto& [rule, break_it] : breaks) {
    auto facts = all_good();
    break_it(facts);
    const auto results = judge(facts, {.per_asn = 2, .per_user = 5});
    CHECK_FALSE(may_approve(results));
    for (const auto& result : results) {
      CAPTURE(to_string(rule));
      CAPTURE(to_string(result.rule));
      CHECK(result.failure.empty() == (result.rule != rule));
    }
  }
}

TEST_CASE("[identity 24] Of a request about which nothing is known every rule but the limits fails") {
  int failed = 0;
  for (const auto& result : judge({}, {})) failed += result.failure.empty() ? 0 : 1;
  CHECK(failed == 5);
  CHECK_FALSE(may_approve({}));
}

}  // namespace
}  // namespace ztix::domain
