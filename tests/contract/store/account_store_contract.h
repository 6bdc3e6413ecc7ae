#pragma once

/// @file tests/contract/store/account_store_contract.h
/// What every AccountStore, NetworkStore, AuditStore and IdempotencyStore does.

#include "tests/contract/store/store_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("AccountStore sets the exchange up once", World, account_set_up) {
  World world;
  CHECK(world.accounts().installation().error().code == ErrorCode::not_found);
  auto admin = new_user("root");
  admin.roles = {domain::Role::admin};
  const auto made = world.accounts().set_up("Example IX", true, admin, cli_actor());
  REQUIRE(made);
  CHECK(made->single_admin);
  CHECK(world.accounts().installation()->id == made->id);
  CHECK(world.accounts().installation()->name == "Example IX");
  admin.username = "second";
  CHECK(world.accounts().set_up("Other IX", false, admin, cli_actor()).error().code == ErrorCode::conflict);
  REQUIRE(world.accounts().users()->size() == 1);
  CHECK(world.accounts().users()->front().roles == std::vector{domain::Role::admin});
}

TEST_CASE_TEMPLATE_DEFINE("AccountStore creates a user with everything or not at all", World, account_create) {
  World world;
  REQUIRE(world.networks().add_network(new_network(kNetwork, "berlin", 1), cli_actor()));
  auto wish = new_user("alice", {asn(64497), asn(64496)});
  wish.networks = {kOtherNetwork};
  const auto unknown = world.accounts().create_user(wish, cli_actor());
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == ErrorCode::not_found);
  CHECK(unknown.error().reason == "unknown_network");
  CHECK(unknown.error().facts.front().second == kOtherNetwork.text());
  CHECK(world.accounts().users()->empty());
  wish.networks = {kNetwork};
  const auto made = world.accounts().create_user(wish, cli_actor());
  REQUIRE(made);
  CHECK(made->username == "alice");
  CHECK_FALSE(made->disabled);
  REQUIRE(made->asns.size() == 2);
  CHECK(made->asns[0].asn == asn(64496));
  CHECK(made->asns[0].source == "cli");
  CHECK(made->networks == std::vector{kNetwork});
  CHECK(world.accounts().user(made->id)->username == "alice");
  CHECK(world.accounts().create_user(wish, cli_actor()).error().reason == "username_taken");
  CHECK(world.audit().trail("user", made->id.text())->size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("AccountStore gives several users by their ids, each once, and leaves out who is unknown",
                          World, account_by_ids) {
  World world;
  const auto alice = world.accounts().create_user(new_user("alice", {asn(64496)}), cli_actor()).value();
  REQUIRE(world.accounts().create_user(new_user("bob", {asn(64497)}), cli_actor()));
  const auto carol = world.accounts().create_user(new_user("carol", {}), cli_actor()).value();
  auto users = world.accounts().users_by_id({carol.id, alice.id, carol.id, Uuid::from_random(std::string(16, 'z'))});
  REQUIRE(users);
  REQUIRE(users->size() == 2);
  if (users->front().id != alice.id) std::swap(users->front(), users->back());
  CHECK(users->front().username == "alice");
  CHECK(users->front().owns(asn(64496)));
  CHECK(users->back().username == "carol");
  CHECK(world.accounts().users_by_id({})->empty());
}

TEST_CASE_TEMPLATE_DEFINE("AccountStore changes only what is set, and repeating it changes nothing", World,
                          account_update) {
  World world;
  REQUIRE(world.networks().add_network(new_network(kNetwork, "berlin", 1), cli_actor()));
  REQUIRE(world.accounts().create_user(new_user("alice", {asn(64496)}), cli_actor()));
  service::UserChange change;
  change.add_roles = {domain::Role::auditor};
  change.remove_roles = {domain::Role::member_operator};
  change.add_asns = {asn(64497)};
  change.remove_asns = {asn(64496)};
  change.add_networks = {kNetwork};
  change.disabled = true;
  for (int repeat = 0; repeat < 2; ++repeat) {
    const auto user = world.accounts().update_user("alice", change, cli_actor());
    REQUIRE(user);
    CHECK(user->disabled);
    CHECK(user->roles == std::vector{domain::Role::auditor});
    REQUIRE(user->asns.size() == 1);
    CHECK(user->asns[0].asn == asn(64497));
    CHECK(user->networks == std::vector{kNetwork});
  }
  change = {};
  change.remove_networks = {kNetwork};
  CHECK(world.accounts().update_user("alice", change, cli_actor())->networks.empty());
  CHECK(world.accounts().update_user("alice", {}, cli_actor())->disabled);
  CHECK(world.accounts().update_user("nobody", {}, cli_actor()).error().code == ErrorCode::not_found);
  change.add_networks = {kOtherNetwork};
  CHECK(world.accounts().update_user("alice", change, cli_actor()).error().reason == "unknown_network");
}

TEST_CASE_TEMPLATE_DEFINE("AccountStore finds a login only for a known name with a password", World, account_login) {
  World world;
  const auto alice = world.accounts().create_user(new_user("alice"), cli_actor()).value();
  auto without = new_user("bob");
  without.password_hash.clear();
  const auto bob = world.accounts().create_user(without, cli_actor()).value();
  const auto found = world.accounts().find_login("alice");
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->user.id == alice.id);
  CHECK((*found)->password_hash == new_user("alice").password_hash);
  CHECK_FALSE(world.accounts().find_login("bob").value());
  CHECK_FALSE(world.accounts().find_login("carol").value());
  REQUIRE(world.accounts().replace_password_hash(alice.id, "$argon2id$new"));
  CHECK(world.accounts().find_login("alice").value()->password_hash == "$argon2id$new");
  CHECK(world.accounts().replace_password_hash(bob.id, "$argon2id$new").error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("AccountStore never writes a password hash into the audit", World, account_no_secret) {
  World world;
  const auto alice = world.accounts().create_user(new_user("alice"), cli_actor()).value();
  service::UserChange change;
  change.password_hash = "$argon2id$new";
  REQUIRE(world.accounts().update_user("alice", change, cli_actor()));
  const auto trail = world.audit().trail("user", alice.id.text());
  REQUIRE(trail->size() == 2);
  for (const auto& entry : *trail) {
    for (const auto& [name, value] : entry.facts) CHECK(value.find("argon2") == std::string::npos);
  }
}

TEST_CASE_TEMPLATE_DEFINE("NetworkStore numbers networks and gives back what was stored", World, network_add) {
  World world;
  const auto wish = new_network(kNetwork, "berlin", 1);
  const auto first = world.networks().add_network(wish, cli_actor());
  REQUIRE(first);
  CHECK(first->number == 1);
  auto plain = new_network(kOtherNetwork, "hamburg", 2);
  plain.lan_v4 = std::nullopt;
  plain.ipv4_pool = std::nullopt;
  plain.admission = domain::Admission::open;
  CHECK(world.networks().add_network(plain, cli_actor())->number == 2);
  const auto read = world.networks().network(kNetwork);
  REQUIRE(read);
  CHECK(read->name == "berlin");
  CHECK(read->lan_v4 == wish.lan_v4);
  CHECK(read->lan_v6 == wish.lan_v6);
  CHECK(read->ipv4_pool == wish.ipv4_pool);
  CHECK(read->route_server_asn == asn(64500));
  CHECK(read->mtu == 1500);
  const auto all = world.networks().networks();
  REQUIRE(all->size() == 2);
  CHECK_FALSE((*all)[1].lan_v4);
  CHECK((*all)[1].admission == domain::Admission::open);
  CHECK(world.networks().network(domain::ZtNetworkId::parse("8056c2e21cffffff").value()).error().code ==
        ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("NetworkStore refuses a known id, a known name and an overlapping LAN", World,
                          network_conflict) {
  World world;
  REQUIRE(world.networks().add_network(new_network(kNetwork, "berlin", 1), cli_actor()));
  CHECK(world.networks().add_network(new_network(kNetwork, "x", 2), cli_actor()).error().reason == "network_exists");
  CHECK(world.networks().add_network(new_network(kOtherNetwork, "berlin", 2), cli_actor()).error().reason ==
        "name_in_use");
  auto overlapping = new_network(kOtherNetwork, "hamburg", 2);
  overlapping.lan_v4 = prefix("192.0.2.0/24");
  CHECK(world.networks().add_network(overlapping, cli_actor()).error().reason == "lan_overlap");
  overlapping = new_network(kOtherNetwork, "hamburg", 2);
  overlapping.lan_v6 = prefix("2001:db8:1::/64");
  CHECK(world.networks().add_network(overlapping, cli_actor()).error().reason == "lan_overlap");
  auto outside = new_network(kOtherNetwork, "hamburg", 2);
  outside.ipv4_pool = Ipv4Range::parse("198.51.100.1-198.51.100.9");
  CHECK(world.networks().add_network(outside, cli_actor()).error().code == ErrorCode::invalid_argument);
  CHECK(world.networks().networks()->size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("NetworkStore keeps infrastructure nodes apart from members and from each other", World,
                          network_nodes) {
  Exchange<World> ix;
  auto& networks = ix.world.networks();
  ix.approved(64496, kNode);
  service::InfrastructureNode rs{
      1, kNode, "rs1", domain::InfrastructureRole::route_server, ip("192.0.2.33"), ip("2001:db8:1::1")};
  CHECK(networks.add_infrastructure_node(rs, cli_actor()).error().reason == "node_id_in_use");
  rs.node_id = kOtherNode;
  REQUIRE(networks.add_infrastructure_node(rs, cli_actor()));
  CHECK(networks.add_infrastructure_node(rs, cli_actor()).error().code == ErrorCode::conflict);
  rs.node_id = node("0000000001");
  rs.name = "rs2";
  CHECK(networks.add_infrastructure_node(rs, cli_actor()).error().reason == "address_in_use");
  rs.ipv4 = std::nullopt;
  rs.ipv6 = ip("2001:db8:1::2");
  REQUIRE(networks.add_infrastructure_node(rs, cli_actor()));
  const auto nodes = networks.infrastructure_nodes(1);
  REQUIRE(nodes->size() == 2);
  CHECK((*nodes)[0].node_id == kOtherNode);
  CHECK((*nodes)[0].ipv4 == ip("192.0.2.33"));
  CHECK_FALSE((*nodes)[1].ipv4);
  rs.network_number = 99;
  CHECK(networks.add_infrastructure_node(rs, cli_actor()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("AuditStore keeps rows in order with all that is known of the actor", World, audit_trail) {
  World world;
  service::AuditEntry entry;
  entry.actor = {service::ActorKind::user, Uuid::parse("11111111-2222-4333-8444-555555555555"), "alice", "192.0.2.7",
                 "trace-9"};
  entry.action = "login.failed";
  entry.subject_kind = "user";
  entry.subject_id = "alice";
  entry.facts = {{"why", "Gr\xC3\xBC\xC3\x9F \"quoted\" \\ back"}};
  REQUIRE(world.audit().append(entry));
  entry.action = "login.succeeded";
  entry.facts.clear();
  REQUIRE(world.audit().append(entry));
  const auto trail = world.audit().trail("user", "alice");
  REQUIRE(trail->size() == 2);
  CHECK((*trail)[0].id < (*trail)[1].id);
  CHECK((*trail)[0].action == "login.failed");
  CHECK((*trail)[0].facts.at("why") == "Gr\xC3\xBC\xC3\x9F \"quoted\" \\ back");
  CHECK((*trail)[0].actor.kind == service::ActorKind::user);
  CHECK((*trail)[0].actor.user_id == entry.actor.user_id);
  CHECK((*trail)[0].actor.remote_address == "192.0.2.7");
  CHECK((*trail)[0].actor.trace_id == "trace-9");
  CHECK((*trail)[0].at.time_since_epoch().count() > 0);
  CHECK((*trail)[1].facts.empty());
  CHECK(world.audit().trail("user", "bob")->empty());
}

TEST_CASE_TEMPLATE_DEFINE("IdempotencyStore gives a key to one call and replays what it left", World, key_replay) {
  Exchange<World> ix;
  auto& keys = ix.world.idempotency();
  const service::IdempotencyKey key{ix.user, "POST", "/api/v1/requests", "k"};
  CHECK_FALSE(keys.begin(key, "aa").value());
  CHECK(keys.begin(key, "aa").error().reason == "in_progress");
  CHECK(keys.begin(key, "bb").error().reason == "idempotency_mismatch");
  REQUIRE(keys.finish(key, {409, "", "{\"error\":1}"}));
  const auto replay = keys.begin(key, "aa");
  REQUIRE(replay);
  REQUIRE(*replay);
  CHECK((*replay)->status == 409);
  CHECK((*replay)->error_body == "{\"error\":1}");
  CHECK(keys.begin(key, "bb").error().code == ErrorCode::out_of_range);
  auto other = key;
  other.route = "/api/v1/admin/freeze";
  CHECK_FALSE(keys.begin(other, "aa").value());
}

TEST_CASE_TEMPLATE_DEFINE("IdempotencyStore frees a key on release, after a dead holder and after a day", World,
                          key_release) {
  Exchange<World> ix;
  auto& keys = ix.world.idempotency();
  const service::IdempotencyKey key{ix.user, "POST", "/api/v1/requests", "k"};
  REQUIRE(keys.begin(key, "aa"));
  REQUIRE(keys.release(key));
  CHECK_FALSE(keys.begin(key, "aa").value());
  ix.world.let_pass(59s);
  CHECK(keys.begin(key, "aa").error().reason == "in_progress");
  ix.world.let_pass(2s);
  CHECK_FALSE(keys.begin(key, "aa").value());
  REQUIRE(keys.finish(key, {200, "id", ""}));
  REQUIRE(keys.release(key));
  CHECK(keys.begin(key, "aa").value());
  ix.world.let_pass(25h);
  CHECK_FALSE(keys.begin(key, "bb").value());
}

}  // namespace ztix::test

#define ZTIX_ACCOUNT_STORE_CONTRACT(World)             \
  TEST_CASE_TEMPLATE_INVOKE(account_set_up, World);    \
  TEST_CASE_TEMPLATE_INVOKE(account_create, World);    \
  TEST_CASE_TEMPLATE_INVOKE(account_by_ids, World);    \
  TEST_CASE_TEMPLATE_INVOKE(account_update, World);    \
  TEST_CASE_TEMPLATE_INVOKE(account_login, World);     \
  TEST_CASE_TEMPLATE_INVOKE(account_no_secret, World); \
  TEST_CASE_TEMPLATE_INVOKE(network_add, World);       \
  TEST_CASE_TEMPLATE_INVOKE(network_conflict, World);  \
  TEST_CASE_TEMPLATE_INVOKE(network_nodes, World);     \
  TEST_CASE_TEMPLATE_INVOKE(audit_trail, World);       \
  TEST_CASE_TEMPLATE_INVOKE(key_replay, World);        \
  TEST_CASE_TEMPLATE_INVOKE(key_release, World)
