#pragma once

/// @file tests/contract/store_jobs/delivery_world.h
/// What the contracts of provisioning, applying and the inventory share. A `World` makes the stores over one exchange
/// and can arrange what only other programs do:
///   accounts() networks() requests() jobs() provision() apply() route_servers() audit()
///   change_options(membership)   another rendered option and the next version, as the member's page will do
///   steal(job)                   another worker has the job now
///   trip_limit(request, route server, family)   as a probe that saw it writes it down
///   let_pass(hours)              for addresses that cool off and for the audit log

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/account_store.h"
#include "core/service/ports/apply_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/departure_store.h"
#include "core/service/ports/lifecycle_store.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/provision_store.h"
#include "core/service/ports/request_store.h"
#include "core/service/ports/route_server_store.h"

namespace ztix::test {

using namespace std::chrono_literals;
using domain::DeliveryState;
using domain::RequestEvent;
using domain::RequestState;
using domain::Revision;
using domain::RouteServerState;
using service::Job;
using service::RenderedRoot;
using service::Request;

inline const domain::ZtNetworkId kLan = domain::ZtNetworkId::parse("8056c2e21c000001").value();
inline const domain::ZtNetworkId kOtherLan = domain::ZtNetworkId::parse("8056c2e21c000002").value();

inline service::Actor delivery_admin() { return {service::ActorKind::cli, std::nullopt, "root", "", "run-1"}; }
inline IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }
inline domain::Asn as_number(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
/// 64 hex digits that tell what they are of.
inline std::string digest(const std::string& seed) {
  std::string text = "00";
  for (const char c : seed) text += "0123456789abcdef"[static_cast<unsigned char>(c) % 16];
  text.resize(64, '0');
  return text;
}

inline service::NewNetwork lan(const domain::ZtNetworkId& id, const std::string& name, int nr, int pool_size) {
  const auto base = "192.0.2." + std::to_string(64 * nr);
  const auto first = "192.0.2." + std::to_string(64 * nr + 10);
  const auto last = "192.0.2." + std::to_string(64 * nr + 9 + pool_size);
  return {id,
          name,
          "Berlin",
          Prefix::parse(base + "/26").value(),
          Prefix::parse("2001:db8:" + std::to_string(nr) + "::/64").value(),
          Ipv4Range::parse(first + "-" + last),
          domain::Admission::open,
          as_number(64500)};
}

inline service::NewRouteServer route_server(int nr, const domain::ZtNetworkId& network = kLan, int lan_nr = 1) {
  const auto n = std::to_string(nr);
  const auto suffix = std::to_string(64 * lan_nr + nr);
  return {{"rs" + n, "198.51.100." + n, 22, "ztix", "ssh-ed25519 AAAA" + n},
          address("198.51.100." + n),
          {{address("203.0.113.1"), 323}, {address("203.0.113.2"), 8282}},
          "",
          {{network, domain::NodeId::parse("aaaaaaaa0" + n).value(), address("192.0.2." + suffix),
            address("2001:db8:" + std::to_string(lan_nr) + "::" + n)}}};
}

/// An exchange with a network of `pool_size` IPv4 addresses, a policy, and members to make.
template <class World>
struct Delivery {
  explicit Delivery(int pool_size = 20) {
    admin = world.accounts()
                .create_user({"alice", "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA", {}, {}, {}}, delivery_admin())
                .value()
                .id;
    REQUIRE(world.networks().add_network(lan(kLan, "berlin", 1, pool_size), delivery_admin()));
    REQUIRE(world.apply().publish_release(domain::PolicyDefinition::standard(), digest("t1"), delivery_admin()));
  }

  [[nodiscard]] service::Command command() const {
    return {{service::ActorKind::user, admin, "alice", "192.0.2.1", "trace-1"}, std::nullopt};
  }

  /// An approved request; its membership has an id, a sequence and a node.
  Request member(std::uint64_t number, bool ipv4 = true, const domain::ZtNetworkId& network = kLan) {
    const auto node = domain::NodeId::parse("bb" + std::to_string(10'000'000 + number)).value();
    const auto made = world.requests().create({as_number(number), network, node, ipv4, ""}, command());
    REQUIRE(made);
    const auto approved = world.requests().approve(made->id, command());
    REQUIRE(approved);
    return *approved;
  }

  /// A job that is ours.
  Job claimed(const std::string& kind, const std::string& subject) {
    const auto id = world.jobs().enqueue({kind, subject, 0, 1, 0ms, "trace-1"});
    REQUIRE(id);
    const auto job = world.jobs().claim_one("w1", 60s, *id);
    REQUIRE(job);
    REQUIRE(job->has_value());
    return **job;
  }
  Job provisioning(const Request& request) {
    return claimed("member.provision", "membership:" + std::to_string(*request.membership_id));
  }
  Job revoking(const Request& request) {
    return claimed("member.revoke", "membership:" + std::to_string(*request.membership_id));
  }
  Job applying(const std::string& name) { return claimed("rs.apply", "route_server:" + name); }
  void done(const Job& job) { REQUIRE(world.jobs().finish(job, {service::JobOutcome::Verdict::done, 0ms, ""})); }

  /// Addresses, start and publish, as a good run does.
  Revision publish(const Request& request) {
    const auto job = provisioning(request);
    REQUIRE(world.provision().reserve_addresses(job, *request.membership_id));
    REQUIRE(world.provision().start(job, *request.membership_id));
    const auto revision = world.provision().publish(job, *request.membership_id);
    REQUIRE(revision);
    done(job);
    return *revision;
  }

  /// The route server runs the newest revision, as a good run leaves it.
  Revision confirm(const std::string& name) {
    const auto job = applying(name);
    const auto subject = world.apply().subject(name);
    REQUIRE(subject);
    confirm_at(job, name, subject->newest.revision);
    done(job);
    return subject->newest.revision;
  }
  void confirm_at(const Job& job, const std::string& name, Revision revision) {
    const RenderedRoot root{revision, digest(name + "f" + std::to_string(revision)),
                            digest(name + "c" + std::to_string(revision)), false};
    REQUIRE(world.apply().record_root(job, name, root));
    REQUIRE(world.apply().record_confirmed(job, name, root));
  }

  void add_route_server(int nr, const domain::ZtNetworkId& network = kLan, int lan_nr = 1) {
    REQUIRE(world.route_servers().add(route_server(nr, network, lan_nr), delivery_admin()));
  }
  /// Added and through its first apply.
  void enabled_route_server(int nr) {
    add_route_server(nr);
    confirm("rs" + std::to_string(nr));
  }

  /// Published and confirmed by `names`, so active.
  Request active(std::uint64_t number, const std::vector<std::string>& names = {"rs1"}) {
    const auto request = member(number);
    publish(request);
    for (const auto& name : names) confirm(name);
    REQUIRE(state(request) == RequestState::active);
    return now(request);
  }
  /// The controller has read it back, and the departure ends.
  void end(const Request& request, std::chrono::hours cooling_off = std::chrono::hours(24)) {
    const auto job = revoking(request);
    REQUIRE(world.departures().record_cut_off(job, *request.membership_id, 3));
    REQUIRE(world.departures().finish(job, *request.membership_id, cooling_off));
    done(job);
  }

  Request now(const Request& request) { return world.requests().request(request.id).value(); }
  RequestState state(const Request& request) { return now(request).state; }
  service::RequestRouteServer delivery(const Request& request, const std::string& name) {
    const auto current = now(request);
    for (const auto& item : current.route_servers) {
      if (item.name == name) return item;
    }
    FAIL("no row for " << name);
    return {};
  }
  domain::ConfigSnapshot newest(const std::string& name) { return world.apply().subject(name).value().newest; }
  bool is_rendered(const std::string& name, const Request& request) {
    const auto snapshot = newest(name);
    return std::any_of(snapshot.memberships.begin(), snapshot.memberships.end(),
                       [&](const auto& membership) { return membership.id == *request.membership_id; });
  }
  /// Ready or running.
  bool has_job(const std::string& kind, const std::string& subject) {
    const auto views = world.jobs().jobs(std::nullopt, 200);
    return std::any_of(views->begin(), views->end(), [&](const auto& view) {
      const bool alive = view.state == domain::JobState::ready || view.state == domain::JobState::running;
      return alive && view.kind == kind && view.subject == subject;
    });
  }
  std::vector<std::string> actions(const std::string& subject_kind, const std::string& subject_id) {
    std::vector<std::string> names;
    const auto trail = world.audit().trail(subject_kind, subject_id);
    for (const auto& entry : *trail) names.push_back(entry.action);
    return names;
  }

  World world;
  Uuid admin = Uuid::from_random(std::string(16, 'x'));
};

inline bool contains(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace ztix::test
