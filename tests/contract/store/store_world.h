#pragma once

/// @file tests/contract/store/store_world.h
/// What the store contracts share. A `World` makes the five stores over one exchange and can arrange what only other
/// programs do:
///   accounts() networks() requests() audit() idempotency()
///   let_pass(duration)               moves the clock of everything that is stored
///   force_state(request, state)      as the worker would
///   finish_node_change(request)      the controller has forgotten the previous node
///   end_membership(request)          revoked everywhere

#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/account_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/idempotency_store.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/request_store.h"

namespace ztix::test {

using namespace std::chrono_literals;
using domain::RequestEvent;
using domain::RequestState;
using service::Command;
using service::NewRequest;
using service::Request;

inline domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
inline domain::NodeId node(const std::string& text) { return domain::NodeId::parse(text).value(); }
inline Prefix prefix(const std::string& text) { return Prefix::parse(text).value(); }
inline IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

inline const domain::ZtNetworkId kNetwork = domain::ZtNetworkId::parse("8056c2e21c000001").value();
inline const domain::ZtNetworkId kOtherNetwork = domain::ZtNetworkId::parse("8056c2e21c000002").value();
inline const std::string kController = "8056c2e21c";
inline const domain::NodeId kNode = node("1122334455");
inline const domain::NodeId kOtherNode = node("66778899aa");

inline service::Actor cli_actor() { return {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}; }

inline service::NewNetwork new_network(const domain::ZtNetworkId& id, const std::string& name, int nr) {
  const auto n = std::to_string(nr);
  return {id,
          name,
          "Berlin",
          prefix("192.0.2." + std::to_string(32 * nr) + "/27"),
          prefix("2001:db8:" + n + "::/64"),
          Ipv4Range::parse("192.0.2." + std::to_string(32 * nr + 10) + "-192.0.2." + std::to_string(32 * nr + 20)),
          domain::Admission::listed,
          asn(64500)};
}

inline service::NewUser new_user(const std::string& name, std::vector<domain::Asn> asns = {}) {
  return {name, "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA", {domain::Role::member_operator}, std::move(asns), {}};
}

/// A world with two networks and one operator, as most tests of requests need it.
template <class World>
struct Exchange {
  Exchange() {
    REQUIRE(world.networks().add_network(new_network(kNetwork, "berlin", 1), cli_actor()));
    REQUIRE(world.networks().add_network(new_network(kOtherNetwork, "hamburg", 2), cli_actor()));
    user = world.accounts().create_user(new_user("alice", {asn(64496)}), cli_actor()).value().id;
  }

  [[nodiscard]] Command command() const {
    return {{service::ActorKind::user, user, "alice", "192.0.2.1", "trace-1"}, std::nullopt};
  }
  Result<Request> create(std::uint64_t number, const std::optional<domain::NodeId>& node_id = kNode) {
    return world.requests().create({asn(number), kNetwork, node_id, true, "hello"}, command());
  }
  Request created(std::uint64_t number, const std::optional<domain::NodeId>& node_id = kNode) {
    auto made = create(number, node_id);
    REQUIRE(made);
    return *made;
  }
  Result<Request> approve(const Request& request) { return world.requests().approve(request.id, command()); }
  Request approved(std::uint64_t number, const std::optional<domain::NodeId>& node_id = kNode) {
    auto made = approve(created(number, node_id));
    REQUIRE(made);
    return *made;
  }
  Result<Request> apply(const Request& request, RequestEvent event, const std::string& text = "because") {
    return world.requests().transition(request.id, event, text, command());
  }
  std::vector<std::string> actions(const Request& request) {
    std::vector<std::string> names;
    const auto trail = world.audit().trail("request", request.id.text());
    for (const auto& entry : *trail) names.push_back(entry.action);
    return names;
  }

  World world;
  Uuid user = Uuid::from_random(std::string(16, 'x'));
};

}  // namespace ztix::test
