#pragma once

/// @file tests/contract/store/policy_store_contract.h
/// What every PolicyStore does. A `World` has, beside those of store_world.h:
///   policy()

#include "core/service/ports/policy_store.h"
#include "tests/contract/store/store_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("PolicyStore counts what is open of an ASN and of a user, and nothing that is over", World,
                          policy_counts) {
  Exchange<World> ix;
  const auto first = ix.created(64496);
  const auto alone = ix.world.policy().history(first.id);
  REQUIRE(alone);
  CHECK(alone->open_of_asn == 1);
  CHECK(alone->open_of_user == 1);
  ix.created(64497, kOtherNode);
  const auto second = ix.created(64496, kOtherNode);
  CHECK(ix.world.policy().history(first.id)->open_of_asn == 2);
  CHECK(ix.world.policy().history(first.id)->open_of_user == 3);
  REQUIRE(ix.apply(second, RequestEvent::withdraw));
  CHECK(ix.world.policy().history(first.id)->open_of_asn == 1);
  CHECK(ix.world.policy().history(first.id)->open_of_user == 2);
  CHECK(ix.world.policy().history(ix.user).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("PolicyStore knows a node that was removed, whoever names it again", World, policy_node) {
  Exchange<World> ix;
  const auto member = ix.approved(64496);
  CHECK_FALSE(ix.world.policy().history(member.id)->node_was_removed);
  ix.world.end_membership(member);
  CHECK(ix.world.policy().history(ix.created(64497).id)->node_was_removed);
  CHECK_FALSE(ix.world.policy().history(ix.created(64497, kOtherNode).id)->node_was_removed);
  CHECK_FALSE(ix.world.policy().history(ix.created(64498, std::nullopt).id)->node_was_removed);
}

TEST_CASE_TEMPLATE_DEFINE("What only the policy has approved takes no node that was removed before", World,
                          policy_node_later) {
  Exchange<World> ix;
  ix.world.end_membership(ix.approved(64496));
  const Command by_policy{{service::ActorKind::policy, std::nullopt, "policy_auto", "", "trace-1"}, std::nullopt};
  const auto automatic = ix.world.requests().approve(ix.created(64497, kOtherNode).id, by_policy);
  REQUIRE(automatic);
  CHECK(ix.world.requests().set_node_id(automatic->id, kNode, ix.command()).error().reason == "node_was_removed");
  CHECK(ix.world.requests().request(automatic->id)->node_id == kOtherNode);
  const auto by_person = ix.approved(64498, std::nullopt);
  CHECK(ix.world.requests().set_node_id(by_person.id, kNode, ix.command()));
}

}  // namespace ztix::test

#define ZTIX_POLICY_STORE_CONTRACT(World)          \
  TEST_CASE_TEMPLATE_INVOKE(policy_counts, World); \
  TEST_CASE_TEMPLATE_INVOKE(policy_node, World);   \
  TEST_CASE_TEMPLATE_INVOKE(policy_node_later, World)
