#include "core/service/requests.h"

#include <doctest/doctest.h>

#include "core/service/accounts.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_lifecycle_store.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_request_store.h"

namespace ztix::service {
namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
domain::NodeId node(const std::string& text) { return domain::NodeId::parse(text).value(); }
domain::ZtNetworkId network_id(int number) {
  return domain::ZtNetworkId::parse("8056c2e21c00000" + std::to_string(number)).value();
}

struct RequestWorld {
  int add_networks() {
    add_network(1, domain::Admission::listed, true);
    add_network(2, domain::Admission::open, false);
    add_network(3, domain::Admission::closed, true);
    return 3;
  }
  void add_network(int number, domain::Admission admission, bool with_pool) {
    NewNetwork network{network_id(number),
                       "n" + std::to_string(number),
                       "",
                       std::nullopt,
                       Prefix::parse("2001:db8:" + std::to_string(number) + "::/64").value(),
                       std::nullopt,
                       admission,
                       asn(64511)};
    if (with_pool) {
      const auto third = "192.0.2." + std::to_string(32 * number);
      network.lan_v4 = Prefix::parse(third + "/27");
      network.ipv4_pool = Ipv4Range::parse("192.0.2." + std::to_string(32 * number + 10) + "-192.0.2." +
                                           std::to_string(32 * number + 20));
    }
    REQUIRE(networks.add_network(network, {}));
  }
  User user(const std::string& name, std::vector<domain::Asn> asns, std::vector<domain::ZtNetworkId> access) {
    return accounts.create_user({name, "x", {domain::Role::member_operator}, std::move(asns), std::move(access)}, {})
        .value();
  }
  static Command by(const User& user) { return {{ActorKind::user, user.id, user.username, "", "t"}, std::nullopt}; }
  static RequestWish wish(int network, const std::string& id = "1122334455") {
    return {asn(64496), network_id(network), node(id), std::nullopt, " hello "};
  }
  Result<Request> create(const User& who, const RequestWish& wanted) { return requests.create(who, wanted, by(who)); }

  test::FakeExchange exchange;
  test::FakeAccountStore accounts{exchange};
  test::FakeNetworkStore networks{exchange};
  test::FakeRequestStore store{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeJobStore jobs;
  test::FakeDelivery delivery{exchange, jobs};
  test::FakeLifecycleStore lifecycle{delivery};
  Requests requests{{store, accounts, networks, audit, lifecycle}};
  const int network_count = add_networks();  // before the users, who have access to them
  User alice = user("alice", {asn(64496)}, {network_id(1)});
  User carol = user("carol", {asn(64496)}, {});
  User bob = user("bob", {asn(64500)}, {network_id(1)});
};

TEST_CASE("A request is stored trimmed, with IPv4 where the network has addresses") {
  RequestWorld world;
  const auto made = world.create(world.alice, RequestWorld::wish(1));
  REQUIRE(made);
  CHECK(made->note == "hello");
  CHECK(made->ipv4);
  CHECK_FALSE(world.create(world.alice, RequestWorld::wish(2))->ipv4);
}

TEST_CASE("Eligibility: own ASN, admitted network, a node that is free to have") {
  RequestWorld world;
  const auto reason = [&](const User& who, const RequestWish& wanted) {
    return world.create(who, wanted).error().reason;
  };
  CHECK(reason(world.bob, RequestWorld::wish(1)) == "asn_not_linked");
  CHECK(reason(world.carol, RequestWorld::wish(1)) == "network_access_missing");
  CHECK(reason(world.alice, RequestWorld::wish(3)) == "admission_closed");
  CHECK(reason(world.alice, RequestWorld::wish(9)) == "unknown_network");
  CHECK(reason(world.alice, RequestWorld::wish(1, "8056c2e21c")) == "node_id_reserved");
  auto no_pool = RequestWorld::wish(2);
  no_pool.ipv4 = true;
  CHECK(reason(world.alice, no_pool) == "no_ipv4_pool");
  auto long_note = RequestWorld::wish(1);
  long_note.note = std::string(kLongestNote + 1, 'x');
  CHECK(reason(world.alice, long_note) == "text_too_long");
  REQUIRE(
      world.networks.add_infrastructure_node({1, node("aaaaaaaaaa"), "rs1", domain::InfrastructureRole::route_server,
                                              std::nullopt, IpAddress::parse("2001:db8:1::1").value()},
                                             {}));
  CHECK(reason(world.alice, RequestWorld::wish(1, "aaaaaaaaaa")) == "node_id_in_use");
  CHECK(world.exchange.requests.empty());
  CHECK(world.create(world.carol, RequestWorld::wish(2)));
}

TEST_CASE("Every user of the ASN owns the request, and to others it does not exist") {
  RequestWorld world;
  const auto id = world.create(world.alice, RequestWorld::wish(1))->id;
  CHECK(world.requests.show_own(world.carol, id));
  CHECK(world.requests.show_own(world.bob, id).error().code == ErrorCode::not_found);
  CHECK(world.requests.withdraw(world.bob, id, RequestWorld::by(world.bob)).error().code == ErrorCode::not_found);
  CHECK(world.requests.answer(world.bob, id, "x", RequestWorld::by(world.bob)).error().code == ErrorCode::not_found);
  CHECK(world.requests.set_node_id(world.bob, id, node("1234567890"), RequestWorld::by(world.bob)).error().code ==
        ErrorCode::not_found);
  CHECK(world.requests.list_own(world.bob, {}, {})->items.empty());
  CHECK(world.requests.list_own(world.carol, {}, {})->items.size() == 1);
}

TEST_CASE("Somebody without any ASN owns nothing, rather than everything") {
  RequestWorld world;
  REQUIRE(world.create(world.alice, RequestWorld::wish(1)));
  const auto nobody = world.user("nobody", {}, {});
  CHECK(world.requests.list_own(nobody, {}, {})->items.empty());
}

TEST_CASE("The approver is not the requester, unless the exchange has one administrator") {
  RequestWorld world;
  for (const bool single : {false, true}) {
    CAPTURE(single);
    world.exchange.installation = Installation{world.alice.id, "Test-IX", single};
    const auto id = world.create(world.alice, RequestWorld::wish(single ? 2 : 1))->id;
    const auto own = world.requests.approve(id, RequestWorld::by(world.alice));
    CHECK(own.has_value() == single);
    if (!single) {
      CHECK(own.error().reason == "approver_is_requester");
      CHECK(world.requests.approve(id, RequestWorld::by(world.bob)));
    }
  }
}

TEST_CASE("Only owners leave and clear their limits, and administrators give reasons for what they take away") {
  RequestWorld world;
  const auto admin = RequestWorld::by(world.bob);
  const auto id = world.create(world.alice, RequestWorld::wish(1))->id;
  REQUIRE(world.requests.approve(id, admin));
  CHECK(world.requests.leave(world.bob, id, "", admin).error().code == ErrorCode::not_found);
  CHECK(world.requests.clear_own_limit(world.bob, id, admin).error().code == ErrorCode::not_found);
  CHECK(world.requests.suspend(id, " ", admin).error().reason == "text_missing");
  CHECK(world.requests.revoke(id, "", admin).error().reason == "text_missing");
  CHECK(world.requests.suspend(id, " spoofed ", admin)->suspended_reason == "spoofed");
  CHECK_FALSE(world.requests.resume(id, admin)->suspended);
  CHECK(world.requests.leave(world.carol, id, std::string(kLongestMessage + 1, 'x'), RequestWorld::by(world.carol))
            .error()
            .reason == "text_too_long");
  const auto left = world.requests.leave(world.carol, id, "", RequestWorld::by(world.carol));
  REQUIRE(left);
  CHECK(left->leaving);
  CHECK_FALSE(world.requests.revoke(id, "faster", admin)->leaving);
}

TEST_CASE("Decisions need their texts, bounded and clean") {
  RequestWorld world;
  const auto id = world.create(world.alice, RequestWorld::wish(1))->id;
  const auto admin = RequestWorld::by(world.bob);
  CHECK(world.requests.reject(id, " \n", admin).error().reason == "text_missing");
  CHECK(world.requests.ask(id, std::string(kLongestMessage + 1, 'x'), admin).error().reason == "text_too_long");
  CHECK(world.requests.ask(id, "a\x1b[31m", admin).error().reason == "bad_text");
  CHECK(world.requests.ask(id, "Which city?", admin)->state == domain::RequestState::needs_info);
  CHECK(world.requests.answer(world.alice, id, "Berlin", RequestWorld::by(world.alice))->state ==
        domain::RequestState::pending);
  CHECK(world.requests.reject(id, "No.", admin)->state == domain::RequestState::rejected);
  CHECK(world.requests.retry(id, admin).error().code == ErrorCode::refused_transition);
}

TEST_CASE("[identity 24] Who may only read a network at PeeringDB may look at its requests and change none") {
  RequestWorld world;
  const auto owner = world.user("owner", {asn(64496)}, {network_id(1)});
  const auto request = world.create(owner, RequestWorld::wish(1)).value();
  for (const auto& [rights, why] :
       {std::pair(AsnRights::read_only, "asn_read_only"), std::pair(AsnRights::proof_too_old, "asn_proof_too_old")}) {
    User reader = world.user(why, {}, {network_id(1)});
    reader.asns = {{asn(64496), "peeringdb", rights}};
    CHECK(world.requests.show_own(reader, request.id));
    CHECK(world.requests.list_own(reader, {}, {})->items.size() == 1);
    const auto command = RequestWorld::by(reader);
    CHECK(world.create(reader, RequestWorld::wish(1, "66778899aa")).error().reason == why);
    CHECK(world.requests.set_node_id(reader, request.id, node("66778899aa"), command).error().reason == why);
    CHECK(world.requests.withdraw(reader, request.id, command).error().reason == why);
    CHECK(world.requests.answer(reader, request.id, "yes", command).error().reason == why);
    CHECK(world.requests.leave(reader, request.id, "", command).error().reason == why);
    CHECK(world.requests.clear_own_limit(reader, request.id, command).error().reason == why);
    // What the command line has given counts for itself.
    reader.asns.push_back({asn(64496), "cli"});
    CHECK(reader.rights_on(asn(64496)) == AsnRights::full);
  }
  CHECK(world.requests.show_own(owner, request.id)->state == domain::RequestState::pending);
}

}  // namespace
}  // namespace ztix::service
