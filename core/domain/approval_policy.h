#pragma once

/// @file core/domain/approval_policy.h
/// When a request may be approved without a person. Pure: what is known goes in, each rule's result comes out.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::domain {

/// Every rule must hold.
enum class ApprovalRule : std::uint8_t {
  asn_proven,      ///< PeeringDB says in this very login that the person may speak for the ASN
  entry_complete,  ///< PeeringDB's entry says what an exchange needs to know
  as_set,          ///< it names the AS-SET that filters are made from
  not_denied,      ///< the ASN is not on the exchange's list
  asn_limit,       ///< the ASN has not more requests and memberships than it may without a person
  user_limit,      ///< the same for the user
  node_is_new,     ///< the node was never removed: letting it in again takes a person
};

inline constexpr std::array kApprovalRules{
    ApprovalRule::asn_proven, ApprovalRule::entry_complete, ApprovalRule::as_set,     ApprovalRule::not_denied,
    ApprovalRule::asn_limit,  ApprovalRule::user_limit,     ApprovalRule::node_is_new};

/// As it is written into the audit.
[[nodiscard]] constexpr std::string_view to_string(ApprovalRule rule) noexcept {
  constexpr std::array<std::string_view, kApprovalRules.size()> kNames{
      "asn_proven", "entry_complete", "as_set", "not_denied", "asn_limit", "user_limit", "node_is_new"};
  return kNames[static_cast<std::size_t>(rule)];
}

/// All that the rules look at. What is not known is as if it did not hold.
struct ApprovalFacts {
  bool asn_proven = false;
  bool entry_known = false;
  std::vector<std::string> missing_parts;  ///< of the entry, `as_set` among them
  bool denied = true;
  int open_of_asn = 0;  ///< open requests, this one among them; an active one is open until it is revoked
  int open_of_user = 0;
  bool node_was_removed = true;
};

struct ApprovalLimits {
  int per_asn = 2;
  int per_user = 5;
};

struct RuleResult {
  ApprovalRule rule;
  std::string failure;  ///< what a person reads; empty: the rule holds
};

/// One result for each rule, in the order of kApprovalRules.
[[nodiscard]] std::vector<RuleResult> judge(const ApprovalFacts& facts, const ApprovalLimits& limits);

/// True when every rule holds.
[[nodiscard]] bool may_approve(const std::vector<RuleResult>& results) noexcept;

}  // namespace ztix::domain
