#pragma once

/// @file tests/contract/fabric/fabric_provider_contract.h
/// What every FabricProvider promises. Each kind brings a "world":
///
///   static bool is_available()              false: nothing to test here (only for the real controller)
///   FabricProvider& fabric()                one network exists, brought to wanted_network() by nobody yet
///   FabricProvider& with_wrong_token()      the same, with a token that is refused
///   FabricProvider& unreachable()           nobody answers
///   std::string controller_address()        ten digits, the beginning of all its network ids
///   void add_network(ZtNetworkId)           an existing network that is not as wanted
///   void lose_writes(unsigned)              the next writes are believed and not kept
///   static constexpr bool kLosesWrites      whether it can
///   static constexpr bool kChoosesIds       it creates no network of a given id

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/fabric_provider.h"

namespace ztix::test {

inline const service::MayWrite kYes = [] { return true; };
inline const service::MayWrite kNo = [] { return false; };

inline domain::NodeId node(const char* text) { return *domain::NodeId::parse(text); }

inline std::vector<IpAddress> addresses(const std::vector<const char*>& texts) {
  std::vector<IpAddress> list;
  for (const char* text : texts) list.push_back(*IpAddress::parse(text));
  return list;
}

template <class World>
domain::ZtNetworkId network_of(World& world, const char* number) {
  return *domain::ZtNetworkId::parse(world.controller_address() + number);
}

template <class World>
service::WantedNetwork wanted_network(World& world) {
  return {
      network_of(world, "000001"), "peering LAN", {*Prefix::parse("10.77.0.0/24"), *Prefix::parse("2001:db8:77::/64")}};
}

/// A world whose network is as wanted.
template <class World>
struct Ready {
  World world;
  service::WantedNetwork wanted;
  domain::ZtNetworkId network;
  service::FabricProvider& fabric;

  Ready() : wanted(wanted_network(world)), network(wanted.id), fabric(world.fabric()) {
    world.add_network(network);
    REQUIRE(fabric.ensure_network(wanted, false, kYes).has_value());
  }
};

inline const service::FabricMember* find(const std::vector<service::FabricMember>& members, const domain::NodeId& id) {
  for (const auto& member : members) {
    if (member.node_id == id) return &member;
  }
  return nullptr;
}

template <class Value>
bool failed_with(const Result<Value>& result, ErrorCode code) {
  return !result && result.error().code == code;
}

/// A case for every world. One whose server is not at hand is skipped and counted as skipped: in doctest's expansion
/// the world goes by the name `Type` here.
#define ZTIX_FABRIC_CASE(sentence, id) \
  TEST_CASE_TEMPLATE_DEFINE(sentence* doctest::skip(!Type::is_available()), World, id)

ZTIX_FABRIC_CASE("A fabric authorizes a member with exactly the given addresses", fabric_authorizes) {
  Ready<World> at;
  const auto wanted = addresses({"10.77.0.10", "2001:db8:77::a500"});
  const auto member = at.fabric.authorize(at.network, node("a1b2c3d4e5"), wanted, kYes);
  REQUIRE(member.has_value());
  CHECK(member->authorized);
  CHECK(member->addresses == wanted);
  CHECK_FALSE(member->seen);
  const auto listed = at.fabric.list_members(at.network);
  REQUIRE(listed.has_value());
  const auto* found = find(*listed, node("a1b2c3d4e5"));
  REQUIRE(found != nullptr);
  CHECK(found->authorized);
  CHECK(found->addresses == wanted);
}

ZTIX_FABRIC_CASE("A fabric replaces the addresses of a member that is authorized again", fabric_replaces) {
  Ready<World> at;
  CHECK(at.fabric.authorize(at.network, node("a1b2c3d4e5"), addresses({"10.77.0.10"}), kYes).has_value());
  const auto other = addresses({"10.77.0.11", "2001:db8:77::1"});
  const auto member = at.fabric.authorize(at.network, node("a1b2c3d4e5"), other, kYes);
  REQUIRE(member.has_value());
  CHECK(member->addresses == other);
}

ZTIX_FABRIC_CASE("A fabric writes nothing that is already as wanted", fabric_is_idempotent) {
  Ready<World> at;
  const auto wanted = addresses({"10.77.0.10"});
  CHECK(at.fabric.authorize(at.network, node("a1b2c3d4e5"), wanted, kYes).has_value());
  int asked = 0;
  const service::MayWrite count = [&asked] { return ++asked > 0; };
  CHECK(at.fabric.authorize(at.network, node("a1b2c3d4e5"), wanted, count).has_value());
  CHECK(at.fabric.ensure_network(at.wanted, false, count).has_value());
  CHECK(at.fabric.deauthorize(at.network, node("bbbbbbbbbb"), count).has_value());
  CHECK(asked == 0);
}

ZTIX_FABRIC_CASE("A fabric takes authorization and addresses away, also twice", fabric_deauthorizes) {
  Ready<World> at;
  CHECK(at.fabric.authorize(at.network, node("a1b2c3d4e5"), addresses({"10.77.0.10"}), kYes).has_value());
  CHECK(at.fabric.authorize(at.network, node("c3d4e5f6a7"), addresses({"10.77.0.12"}), kYes).has_value());
  CHECK(at.fabric.deauthorize(at.network, node("a1b2c3d4e5"), kYes).has_value());
  CHECK(at.fabric.deauthorize(at.network, node("a1b2c3d4e5"), kYes).has_value());
  const auto members = at.fabric.list_members(at.network);
  REQUIRE(members.has_value());
  const auto* gone = find(*members, node("a1b2c3d4e5"));
  CHECK((gone == nullptr || (!gone->authorized && gone->addresses.empty())));
  const auto* other = find(*members, node("c3d4e5f6a7"));
  REQUIRE(other != nullptr);
  CHECK(other->authorized);
}

ZTIX_FABRIC_CASE("A fabric makes no record of a member it is told to deauthorize and does not know",
                 fabric_ignores_unknown_member) {
  Ready<World> at;
  CHECK(at.fabric.deauthorize(at.network, node("bbbbbbbbbb"), kYes).has_value());
  const auto members = at.fabric.list_members(at.network);
  REQUIRE(members.has_value());
  CHECK(members->empty());
}

ZTIX_FABRIC_CASE("A fabric never creates a network by a mistyped id", fabric_creates_nothing) {
  Ready<World> at;
  const auto typo = network_of(at.world, "000002");
  auto wanted = at.wanted;
  wanted.id = typo;
  const auto some = addresses({"10.77.0.10"});
  CHECK(failed_with(at.fabric.authorize(typo, node("a1b2c3d4e5"), some, kYes), ErrorCode::not_found));
  CHECK(failed_with(at.fabric.deauthorize(typo, node("a1b2c3d4e5"), kYes), ErrorCode::not_found));
  CHECK(failed_with(at.fabric.ensure_network(wanted, false, kYes), ErrorCode::not_found));
  CHECK(failed_with(at.fabric.list_members(typo), ErrorCode::not_found));
}

ZTIX_FABRIC_CASE("A fabric creates a network only when told to", fabric_creates_when_told) {
  Ready<World> at;
  auto wanted = at.wanted;
  wanted.id = network_of(at.world, "000003");
  const auto created = at.fabric.ensure_network(wanted, true, kYes);
  if (World::kChoosesIds) {
    CHECK(failed_with(created, ErrorCode::invalid_argument));
    CHECK(failed_with(at.fabric.list_members(wanted.id), ErrorCode::not_found));
    return;
  }
  CHECK(created.has_value());
  CHECK(at.fabric.readiness({at.wanted, wanted}).ready());
}

ZTIX_FABRIC_CASE("A fabric refuses to authorize without addresses", fabric_needs_addresses) {
  Ready<World> at;
  CHECK(failed_with(at.fabric.authorize(at.network, node("a1b2c3d4e5"), {}, kYes), ErrorCode::invalid_argument));
}

ZTIX_FABRIC_CASE("A fabric writes nothing once it may not write any more", fabric_asks) {
  Ready<World> at;
  const auto some = addresses({"10.77.0.10"});
  CHECK(failed_with(at.fabric.authorize(at.network, node("a1b2c3d4e5"), some, kNo), ErrorCode::unavailable));
  CHECK(at.fabric.authorize(at.network, node("c3d4e5f6a7"), some, kYes).has_value());
  CHECK(failed_with(at.fabric.deauthorize(at.network, node("c3d4e5f6a7"), kNo), ErrorCode::unavailable));
  const auto members = at.fabric.list_members(at.network);
  REQUIRE(members.has_value());
  CHECK(find(*members, node("a1b2c3d4e5")) == nullptr);
  const auto* kept = find(*members, node("c3d4e5f6a7"));
  REQUIRE(kept != nullptr);
  CHECK(kept->authorized);
}

ZTIX_FABRIC_CASE("A fabric repeats a write that was believed and not kept, and asks before each", fabric_repeats) {
  if (!World::kLosesWrites) return;
  Ready<World> at;
  int asked = 0;
  const service::MayWrite count = [&asked] { return ++asked > 0; };
  at.world.lose_writes(2);
  const auto some = addresses({"10.77.0.10"});
  CHECK(at.fabric.authorize(at.network, node("a1b2c3d4e5"), some, count).has_value());
  CHECK(asked == 3);
  const auto members = at.fabric.list_members(at.network);
  REQUIRE(members.has_value());
  REQUIRE(find(*members, node("a1b2c3d4e5")) != nullptr);
  at.world.lose_writes(1);
  CHECK(at.fabric.deauthorize(at.network, node("a1b2c3d4e5"), kYes).has_value());
  CHECK_FALSE(find(*at.fabric.list_members(at.network), node("a1b2c3d4e5"))->authorized);
}

ZTIX_FABRIC_CASE("A fabric says so when its controller keeps nothing", fabric_gives_up) {
  if (!World::kLosesWrites) return;
  Ready<World> at;
  at.world.lose_writes(1000);
  auto wanted = at.wanted;
  wanted.name = "another name";
  const auto some = addresses({"10.77.0.10"});
  CHECK(failed_with(at.fabric.authorize(at.network, node("a1b2c3d4e5"), some, kYes), ErrorCode::conflict));
  CHECK(failed_with(at.fabric.ensure_network(wanted, false, kYes), ErrorCode::conflict));
}

ZTIX_FABRIC_CASE("A fabric is ready when every network is as wanted, and says what is not", fabric_readiness) {
  Ready<World> at;
  CHECK(at.fabric.readiness({at.wanted}).ready());
  auto wanted = at.wanted;
  SUBCASE("another name") { wanted.name = "another name"; }
  SUBCASE("another prefix") { wanted.lan_prefixes.pop_back(); }
  SUBCASE("an unknown network") { wanted.id = network_of(at.world, "000009"); }
  const auto readiness = at.fabric.readiness({wanted});
  CHECK_FALSE(readiness.ready());
  CHECK(readiness.checks.back().name == "network_configuration");
  CHECK_FALSE(readiness.checks.back().remedy.empty());
}

ZTIX_FABRIC_CASE("A fabric closes the gate after the first failure", fabric_gate) {
  Ready<World> at;
  const auto refused = at.world.with_wrong_token().readiness({at.wanted});
  const auto silent = at.world.unreachable().readiness({at.wanted});
  for (const auto& check : refused.checks) {
    CHECK(check.ok == (check.name == "reachable"));
    CHECK(check.remedy.empty() == check.ok);
  }
  for (const auto& check : silent.checks) {
    CHECK_FALSE(check.ok);
    CHECK_FALSE(check.remedy.empty());
  }
  CHECK(refused.checks.size() == at.fabric.readiness({at.wanted}).checks.size());
  CHECK(silent.checks.size() == refused.checks.size());
}

ZTIX_FABRIC_CASE("A fabric tells a refused token from a controller that does not answer", fabric_errors) {
  Ready<World> at;
  const auto some = addresses({"10.77.0.10"});
  CHECK(failed_with(at.world.with_wrong_token().authorize(at.network, node("a1b2c3d4e5"), some, kYes),
                    ErrorCode::unauthenticated));
  CHECK(failed_with(at.world.with_wrong_token().list_members(at.network), ErrorCode::unauthenticated));
  CHECK(failed_with(at.world.unreachable().authorize(at.network, node("a1b2c3d4e5"), some, kYes),
                    ErrorCode::unavailable));
  CHECK(failed_with(at.world.unreachable().deauthorize(at.network, node("a1b2c3d4e5"), kYes), ErrorCode::unavailable));
}

/// All of them for one world.
#define ZTIX_FABRIC_PROVIDER_CONTRACT(World)                       \
  TEST_CASE_TEMPLATE_INVOKE(fabric_authorizes, World);             \
  TEST_CASE_TEMPLATE_INVOKE(fabric_replaces, World);               \
  TEST_CASE_TEMPLATE_INVOKE(fabric_is_idempotent, World);          \
  TEST_CASE_TEMPLATE_INVOKE(fabric_deauthorizes, World);           \
  TEST_CASE_TEMPLATE_INVOKE(fabric_ignores_unknown_member, World); \
  TEST_CASE_TEMPLATE_INVOKE(fabric_creates_nothing, World);        \
  TEST_CASE_TEMPLATE_INVOKE(fabric_creates_when_told, World);      \
  TEST_CASE_TEMPLATE_INVOKE(fabric_needs_addresses, World);        \
  TEST_CASE_TEMPLATE_INVOKE(fabric_asks, World);                   \
  TEST_CASE_TEMPLATE_INVOKE(fabric_repeats, World);                \
  TEST_CASE_TEMPLATE_INVOKE(fabric_gives_up, World);               \
  TEST_CASE_TEMPLATE_INVOKE(fabric_readiness, World);              \
  TEST_CASE_TEMPLATE_INVOKE(fabric_gate, World);                   \
  TEST_CASE_TEMPLATE_INVOKE(fabric_errors, World)

}  // namespace ztix::test
