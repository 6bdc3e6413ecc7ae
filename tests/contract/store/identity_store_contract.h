#pragma once

/// @file tests/contract/store/identity_store_contract.h
/// What every IdentityStore and AdminTaskStore does. A `World` has, beside what store_world.h says,
///   identities() tasks()

#include "core/service/ports/admin_task_store.h"
#include "core/service/ports/identity_store.h"
#include "tests/contract/store/store_world.h"

namespace ztix::test {

using service::AsnRights;

inline service::Actor stranger() { return {service::ActorKind::user, std::nullopt, "", "192.0.2.9", "trace-9"}; }

inline service::ProvenIdentity person(const std::string& subject, std::vector<service::Affiliation> affiliations) {
  service::ProvenIdentity identity;
  identity.issuer = "https://auth.example.net/oauth2";
  identity.subject = subject;
  identity.name = "Nora Newcomer";
  identity.email = "nora@example.net";
  identity.is_verified_user = identity.is_verified_email = true;
  identity.affiliations = std::move(affiliations);
  return identity;
}

inline service::Affiliation may_edit(std::uint64_t number) { return {asn(number), "Example", true}; }
inline service::Affiliation may_look(std::uint64_t number) { return {asn(number), "Example", false}; }

template <class World>
service::AdmittedIdentity admitted(World& world, const service::ProvenIdentity& identity) {
  auto result = world.identities().admit(identity, stranger());
  REQUIRE(result);
  return std::move(*result);
}

template <class World>
std::vector<std::string> user_trail(World& world, const Uuid& user) {
  std::vector<std::string> actions;
  const auto trail = world.audit().trail("user", user.text());
  for (const auto& entry : *trail) actions.push_back(entry.action);
  return actions;
}

TEST_CASE_TEMPLATE_DEFINE("IdentityStore makes an operator of whom it sees first, and finds him again", World,
                          identity_first) {
  World world;
  const auto first = admitted(world, person("7", {may_edit(64496), may_look(64497)}));
  CHECK(first.is_new);
  CHECK(first.user.username == "nora.newcomer-pdb7");
  CHECK(first.user.roles == std::vector{domain::Role::member_operator});
  CHECK(first.lost.empty());
  REQUIRE(first.user.asns.size() == 2);
  CHECK(first.user.asns[0].source == "peeringdb");
  CHECK(first.user.rights_on(asn(64496)) == AsnRights::full);
  CHECK(first.user.rights_on(asn(64497)) == AsnRights::read_only);
  CHECK(user_trail(world, first.user.id) == std::vector<std::string>{"user.created", "user.asns_proven"});
  const auto again = admitted(world, person("7", {may_edit(64496), may_look(64497)}));
  CHECK_FALSE(again.is_new);
  CHECK(again.user.id == first.user.id);
  CHECK(world.accounts().users()->size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("[identity 4] IdentityStore knows people by issuer and subject, and by nothing else", World,
                          identity_key) {
  World world;
  const auto first = admitted(world, person("7", {may_edit(64496)}));
  auto renamed = person("7", {may_edit(64496)});
  renamed.email = "somebody-else@example.net";
  renamed.name = "Another Name";
  CHECK(admitted(world, renamed).user.id == first.user.id);
  CHECK(admitted(world, renamed).user.username == first.user.username);
  // The same address and name elsewhere are somebody else.
  CHECK(admitted(world, person("8", {may_edit(64496)})).user.id != first.user.id);
  auto other_issuer = person("7", {may_edit(64496)});
  other_issuer.issuer = "https://another.example/oauth2";
  const auto other = admitted(world, other_issuer);
  CHECK(other.user.id != first.user.id);
  CHECK(other.user.username == "nora.newcomer-pdb7-2");
}

TEST_CASE_TEMPLATE_DEFINE("[identity 4] IdentityStore never takes the account of a local user of that name", World,
                          identity_local) {
  World world;
  const auto local = world.accounts().create_user(new_user("nora.newcomer-pdb7", {asn(64499)}), cli_actor());
  REQUIRE(local);
  const auto made = admitted(world, person("7", {may_edit(64496)}));
  CHECK(made.user.id != local->id);
  CHECK(made.user.username == "nora.newcomer-pdb7-2");
  CHECK_FALSE(made.user.owns(asn(64499)));
  CHECK_FALSE(world.accounts().user(local->id)->owns(asn(64496)));
}

TEST_CASE_TEMPLATE_DEFINE("IdentityStore takes away what PeeringDB no longer names, and nothing that the CLI gave",
                          World, identity_lost) {
  World world;
  const auto first = admitted(world, person("7", {may_edit(64496), may_edit(64497)}));
  service::UserChange change;
  change.add_asns = {asn(64497), asn(64500)};
  REQUIRE(world.accounts().update_user(first.user.username, change, cli_actor()));
  const auto later = admitted(world, person("7", {may_edit(64498)}));
  CHECK(later.lost == std::vector{asn(64496), asn(64497)});
  CHECK(later.user.login_epoch == first.user.login_epoch + 1);
  CHECK_FALSE(later.user.owns(asn(64496)));
  CHECK(later.user.rights_on(asn(64497)) == AsnRights::full);
  CHECK(later.user.owns(asn(64498)));
  CHECK(later.user.owns(asn(64500)));
  CHECK(user_trail(world, first.user.id).back() == "user.asns_lost");
  // Nobody was a member, so there is nothing for an administrator to decide.
  CHECK(world.tasks().tasks(false, 10)->empty());
}

TEST_CASE_TEMPLATE_DEFINE("IdentityStore follows a right that is taken away or given at PeeringDB", World,
                          identity_rights) {
  World world;
  admitted(world, person("7", {may_edit(64496), may_look(64497)}));
  const auto later = admitted(world, person("7", {may_look(64496), may_edit(64497)}));
  CHECK(later.lost.empty());
  CHECK(later.user.rights_on(asn(64496)) == AsnRights::read_only);
  CHECK(later.user.rights_on(asn(64497)) == AsnRights::full);
}

TEST_CASE_TEMPLATE_DEFINE("IdentityStore lets a proof grow old, and the next login makes it young", World,
                          identity_age) {
  World world;
  const auto user = admitted(world, person("7", {may_edit(64496), may_look(64497)})).user;
  world.let_pass(30 * 24h - 1min);
  CHECK(world.accounts().user(user.id)->rights_on(asn(64496)) == AsnRights::full);
  world.let_pass(2min);
  CHECK(world.accounts().user(user.id)->rights_on(asn(64496)) == AsnRights::proof_too_old);
  CHECK(world.accounts().user(user.id)->rights_on(asn(64497)) == AsnRights::read_only);
  admitted(world, person("7", {may_edit(64496)}));
  CHECK(world.accounts().user(user.id)->rights_on(asn(64496)) == AsnRights::full);
}

TEST_CASE_TEMPLATE_DEFINE("IdentityStore writes nothing for a disabled user", World, identity_disabled) {
  World world;
  const auto first = admitted(world, person("7", {may_edit(64496)}));
  service::UserChange change;
  change.disabled = true;
  REQUIRE(world.accounts().update_user(first.user.username, change, cli_actor()));
  const auto rows = user_trail(world, first.user.id).size();
  const auto later = admitted(world, person("7", {may_edit(64498)}));
  CHECK(later.user.disabled);
  CHECK(later.lost.empty());
  CHECK(later.user.owns(asn(64496)));
  CHECK_FALSE(later.user.owns(asn(64498)));
  CHECK(user_trail(world, first.user.id).size() == rows);
}

TEST_CASE_TEMPLATE_DEFINE("A lost affiliation leaves the membership alone and opens one task", World, identity_task) {
  Exchange<World> exchange;
  auto& world = exchange.world;
  const auto first = admitted(world, person("7", {may_edit(64496), may_edit(64497)}));
  const auto request = exchange.approved(64496);
  for (int repeat = 0; repeat < 2; ++repeat) {
    admitted(world, person("7", {may_edit(64497)}));
    const auto open = world.tasks().tasks(true, 10);
    REQUIRE(open->size() == 1);
    CHECK(open->front().asn == asn(64496));
    CHECK(open->front().username == first.user.username);
    CHECK(open->front().others == 1);  // alice, by the command line
    CHECK(world.requests().request(request.id)->state == RequestState::approved);
    admitted(world, person("7", {may_edit(64496), may_edit(64497)}));
  }
  const auto id = world.tasks().tasks(true, 10)->front().id;
  REQUIRE(world.tasks().finish(id, exchange.command().actor));
  CHECK(world.tasks().finish(id, exchange.command().actor).error().code == ErrorCode::not_found);
  CHECK(world.tasks().finish(id + 1, exchange.command().actor).error().reason == "no_open_task");
  CHECK(world.tasks().tasks(true, 10)->empty());
  const auto done = world.tasks().tasks(false, 10);
  REQUIRE(done->size() == 1);
  CHECK(done->front().done_by == "alice");
  std::vector<std::string> actions;
  const auto trail = world.audit().trail("task", std::to_string(id));
  for (const auto& entry : *trail) actions.push_back(entry.action);
  CHECK(actions == std::vector<std::string>{"task.opened", "task.done"});
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_IDENTITY_STORE_CONTRACT(World)            \
  TEST_CASE_TEMPLATE_INVOKE(identity_first, World);    \
  TEST_CASE_TEMPLATE_INVOKE(identity_key, World);      \
  TEST_CASE_TEMPLATE_INVOKE(identity_local, World);    \
  TEST_CASE_TEMPLATE_INVOKE(identity_lost, World);     \
  TEST_CASE_TEMPLATE_INVOKE(identity_rights, World);   \
  TEST_CASE_TEMPLATE_INVOKE(identity_age, World);      \
  TEST_CASE_TEMPLATE_INVOKE(identity_disabled, World); \
  TEST_CASE_TEMPLATE_INVOKE(identity_task, World)
