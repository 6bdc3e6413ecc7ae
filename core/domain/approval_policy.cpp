#include "core/domain/approval_policy.h"

#include <algorithm>

namespace ztix::domain {
namespace {

constexpr std::string_view kAsSetPart = "as_set";

std::string entry_failure(const ApprovalFacts& facts) {
  if (!facts.entry_known) return "PeeringDB's entry is not known";
  std::string missing;
  for (const auto& part : facts.missing_parts) {
    if (part != kAsSetPart) missing += (missing.empty() ? "" : " ") + part;
  }
  return missing.empty() ? "" : "PeeringDB's entry lacks: " + missing;
}

std::string as_set_failure(const ApprovalFacts& facts) {
  const auto& missing = facts.missing_parts;
  const bool named = facts.entry_known && std::find(missing.begin(), missing.end(), kAsSetPart) == missing.end();
  return named ? "" : "PeeringDB names no AS-SET";
}

std::string limit_failure(int open, int most, std::string_view whose) {
  if (open <= most) return {};
  return std::string(whose) + " has " + std::to_string(open) + " open requests, " + std::to_string(most) +
         " go without a person";
}

std::string failure_of(ApprovalRule rule, const ApprovalFacts& facts, const ApprovalLimits& limits) {
  switch (rule) {
    case ApprovalRule::asn_proven:
      return facts.asn_proven ? "" : "PeeringDB did not prove the ASN in this login";
    case ApprovalRule::entry_complete:
      return entry_failure(facts);
    case ApprovalRule::as_set:
      return as_set_failure(facts);
    case ApprovalRule::not_denied:
      return facts.denied ? "the ASN is on the list of those that a person decides about" : "";
    case ApprovalRule::asn_limit:
      return limit_failure(facts.open_of_asn, limits.per_asn, "the ASN");
    case ApprovalRule::user_limit:
      return limit_failure(facts.open_of_user, limits.per_user, "the user");
    case ApprovalRule::node_is_new:
      return facts.node_was_removed ? "the node was removed from this network before" : "";
  }
  return "unknown rule";
}

}  // namespace

std::vector<RuleResult> judge(const ApprovalFacts& facts, const ApprovalLimits& limits) {
  std::vector<RuleResult> results;
  for (const auto rule : kApprovalRules) results.push_back({rule, failure_of(rule, facts, limits)});
  return results;
}

bool may_approve(const std::vector<RuleResult>& results) noexcept {
  return results.size() == kApprovalRules.size() &&
         std::all_of(results.begin(), results.end(), [](const RuleResult& one) { return one.failure.empty(); });
}

}  // namespace ztix::domain
