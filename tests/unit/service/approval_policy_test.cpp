#include "core/service/approval_policy.h"

#include <map>
#include <string>

#include <doctest/doctest.h>

#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_policy_store.h"
#include "tests/support/fake_request_store.h"

namespace ztix::service {
namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
const auto kNetwork = domain::ZtNetworkId::parse("8056c2e21c000001").value();
const auto kNode = domain::NodeId::parse("1122334455").value();

/// PeeringDB knows one network, and completely.
class OneEntry final : public PeeringDbReader {
 public:
  Result<std::vector<PeeringDbView>> views(const std::vector<domain::Asn>& asns) override {
    std::vector<PeeringDbView> all;
    for (const auto one : asns) {
      PeeringDbView view(one);
      if (one == entry.asn) view.entry = entry;
      if (one == entry.asn) view.seen_at = view.asked_at = Timestamp{};
      all.push_back(std::move(view));
    }
    return all;
  }
  PeeringDbEntry entry = [] {
    PeeringDbEntry made(asn(64496));
    made.name = "Example";
    made.as_sets = domain::parse_as_sets("RIPE::AS-EXAMPLE");
    made.prefixes_v4 = made.prefixes_v6 = 10;
    return made;
  }();
};

struct PolicyWorld {
  PolicyWorld() {
    REQUIRE(networks.add_network({kNetwork, "n1", "", std::nullopt, Prefix::parse("2001:db8:1::/64").value(),
                                  std::nullopt, domain::Admission::open, asn(64511)},
                                 {}));
    login.user = accounts.create_user({"alice", "", {domain::Role::member_operator}, {}, {}}, {}).value();
    login.user.asns = {{asn(64496), "peeringdb"}};
    login.proof = {LoginSource::peeringdb, {}};
    settings.automatic = true;
  }
  Request made(const std::optional<domain::NodeId>& node = kNode) {
    const Actor actor{ActorKind::user, login.user.id, "alice", "192.0.2.1", "trace-1"};
    return requests.create({asn(64496), kNetwork, node, false, ""}, {actor, std::nullopt}).value();
  }
  Request decide(const std::optional<Login>& who, const std::optional<domain::NodeId>& node = kNode) {
    ApprovalPolicy policy({history, peeringdb, requests, audit}, settings);
    return policy.decide(made(node), who, {ActorKind::user, login.user.id, "alice", "192.0.2.1", "trace-1"});
  }
  /// The facts of the only judgement; empty when there is none.
  [[nodiscard]] std::map<std::string, std::string> judgement() const {
    for (const auto& entry : exchange.audit_log) {
      if (entry.action == "request.judged") return entry.facts;
    }
    return {};
  }

  test::FakeExchange exchange;
  test::FakeAccountStore accounts{exchange};
  test::FakeAuditStore audit{exchange};
  test::FakeNetworkStore networks{exchange};
  test::FakeRequestStore requests{exchange};
  test::FakePolicyStore history{exchange};
  OneEntry peeringdb;
  ApprovalPolicySettings settings;
  Login login{User{}, "csrf"};
};

TEST_CASE("A request of which every rule holds is approved by the policy, with each result in the audit") {
  PolicyWorld world;
  CHECK(world.decide(world.login).state == domain::RequestState::approved);
  const auto facts = world.judgement();
  CHECK(facts.at("verdict") == "approve");
  for (const auto rule : domain::kApprovalRules) CHECK(facts.at(std::string(to_string(rule))) == "holds");
  const auto& last = world.exchange.audit_log.back();
  CHECK(last.action == "request.approved");
  CHECK(last.actor.kind == ActorKind::policy);
  CHECK_FALSE(last.actor.user_id);
  CHECK(last.actor.trace_id == "trace-1");
}

TEST_CASE("[identity 24] Where a person decides the policy looks at nothing") {
  PolicyWorld world;
  world.settings.automatic = false;
  CHECK(world.decide(world.login).state == domain::RequestState::pending);
  CHECK(world.judgement().empty());
}

TEST_CASE("[identity 24] An ASN that this login has not proven waits for a person") {
  PolicyWorld world;
  std::optional<Login> who = world.login;
  SUBCASE("a login with a password") { who->proof = {LoginSource::local, {AuthFactor::pwd, AuthFactor::otp}}; }
  SUBCASE("an ASN that was assigned by hand") { who->user.asns = {{asn(64496), "cli"}}; }
  SUBCASE("an ASN that PeeringDB lets the user only look at, assigned by hand too") {
    who->user.asns = {{asn(64496), "cli"}, {asn(64496), "peeringdb", AsnRights::read_only}};
  }
  SUBCASE("another ASN") { who->user.asns = {{asn(64497), "peeringdb"}}; }
  SUBCASE("a program with a token") { who.reset(); }
  CHECK(world.decide(who).state == domain::RequestState::pending);
  CHECK(world.judgement().at("asn_proven") != "holds");
  CHECK(world.judgement().at("verdict") == "a person decides");
  CHECK(world.exchange.audit_log.back().action == "request.judged");
}

TEST_CASE("[identity 24] What PeeringDB does not say waits for a person") {
  PolicyWorld world;
  SUBCASE("no prefix counts") {
    world.peeringdb.entry.prefixes_v4 = world.peeringdb.entry.prefixes_v6 = std::nullopt;
    CHECK(world.decide(world.login).state == domain::RequestState::pending);
    CHECK(world.judgement().at("entry_complete") == "PeeringDB's entry lacks: prefix_counts");
    CHECK(world.judgement().at("as_set") == "holds");
  }
  SUBCASE("no AS-SET") {
    world.peeringdb.entry.as_sets = {};
    CHECK(world.decide(world.login).state == domain::RequestState::pending);
    CHECK(world.judgement().at("as_set") != "holds");
    CHECK(world.judgement().at("entry_complete") == "holds");
  }
}

TEST_CASE("[identity 24] A denied ASN, a request too many and a node that was removed wait for a person") {
  PolicyWorld world;
  std::string rule;
  std::optional<domain::NodeId> node = kNode;
  SUBCASE("denied") {
    rule = "not_denied";
    world.settings.denied = {asn(64496)};
  }
  SUBCASE("too many of the ASN") {
    rule = "asn_limit";
    world.settings.limits.per_asn = 0;
  }
  SUBCASE("too many of the user") {
    rule = "user_limit";
    world.settings.limits.per_user = 0;
  }
  SUBCASE("a removed node") {
    rule = "node_is_new";
    const auto before = world.made();
    REQUIRE(world.requests.approve(before.id, {}));
    world.exchange.memberships.back().ended = true;
    for (auto& request : world.exchange.requests) request.state = domain::RequestState::revoked;
  }
  SUBCASE("no node yet: the one that comes is not known") {
    rule = "node_is_new";
    node.reset();
  }
  CHECK(world.decide(world.login, node).state == domain::RequestState::pending);
  for (const auto one : domain::kApprovalRules) {
    const std::string name(to_string(one));
    CAPTURE(name);
    CHECK((world.judgement().at(name) == "holds") == (name != rule));
  }
}

}  // namespace
}  // namespace ztix::service
