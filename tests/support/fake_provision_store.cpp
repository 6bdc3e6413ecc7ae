#include "tests/support/fake_provision_store.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/domain/address_plan.h"

namespace ztix::test {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using domain::Revision;
using service::Job;

Error no_such_membership() { return fail(ErrorCode::not_found, "No such membership."); }

class Lock final : public service::FabricLock {
 public:
  Lock(FakeDelivery& delivery, std::string network) : delivery_(delivery), network_(std::move(network)) {}
  ~Lock() override {
    const std::lock_guard lock(delivery_.exchange.mutex);
    delivery_.fabric_locks.erase(network_);
  }
  /// A test that takes the name out of `fabric_locks` has cut the connection.
  bool held() override {
    const std::lock_guard lock(delivery_.exchange.mutex);
    return delivery_.fabric_locks.contains(network_);
  }

 private:
  FakeDelivery& delivery_;
  std::string network_;
};

}  // namespace

Result<service::ProvisionSubject> FakeProvisionStore::subject(std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto membership = delivery_.membership(membership_id);
  const auto* request = delivery_.request_of(membership_id);
  if (!membership || request == nullptr) return no_such_membership();
  const auto& member = delivery_.members[membership_id];
  const auto& network = *delivery_.exchange.find_network(request->zt_network_id);
  std::vector<Prefix> lans;
  if (network.lan_v4) lans.push_back(*network.lan_v4);
  lans.push_back(network.lan_v6);
  Revision published = 0;
  for (auto item = delivery_.manifests.rbegin(); item != delivery_.manifests.rend(); ++item) {
    const auto found = item->memberships.find(membership_id);
    if (found == item->memberships.end() || found->second.version != member.version) break;
    published = item->revision;
  }
  return service::ProvisionSubject{membership_id,
                                   request->id,
                                   request->state,
                                   membership->departure ? domain::Desired::absent : domain::Desired::present,
                                   membership->asn,
                                   membership->router_sequence,
                                   membership->node_id,
                                   membership->previous_node_id,
                                   request->ipv4,
                                   member.ipv4,
                                   member.ipv6,
                                   network.number,
                                   network.zt_network_id,
                                   network.name,
                                   lans,
                                   published,
                                   request->suspended};
}

Result<IpAddress> FakeProvisionStore::free_ipv4(const service::Network& network) const {
  const auto is_taken = [&](const IpAddress& address) {
    const auto& nodes = delivery_.exchange.nodes;
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const auto& n) { return n.network_number == network.number && n.ipv4 == address; }) ||
           std::any_of(delivery_.members.begin(), delivery_.members.end(), [&](const auto& item) {
             return item.second.ipv4 == address && !delivery_.has_cooled_off(item.first);
           });
  };
  if (network.ipv4_pool) {
    for (auto i = network.ipv4_pool->first().to_ipv4(); i <= network.ipv4_pool->last().to_ipv4(); ++i) {
      const auto address = IpAddress::from_ipv4(i);
      if (!is_taken(address)) return address;
    }
  }
  return ztix::fail(ErrorCode::out_of_range, "No IPv4 address is free.").with_reason("ipv4_pool_exhausted");
}

Result<service::ReservedAddresses> FakeProvisionStore::reserve_addresses(const Job& job, std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(membership_id);
  if (request == nullptr) return no_such_membership();
  auto& member = delivery_.members[membership_id];
  const auto& network = *delivery_.exchange.find_network(request->zt_network_id);
  ZTIX_ASSIGN(const auto ipv6, domain::member_ipv6(network.lan_v6, request->asn, *request->router_sequence));
  if (request->ipv4 && !member.ipv4) {
    ZTIX_ASSIGN(member.ipv4, free_ipv4(network));
  }
  member.ipv6 = ipv6;
  request->address_v4 = member.ipv4;
  request->address_v6 = member.ipv6;
  return service::ReservedAddresses{request->ipv4 ? member.ipv4 : std::nullopt, ipv6};
}

Result<std::unique_ptr<service::FabricLock>> FakeProvisionStore::lock_fabric(const domain::ZtNetworkId& network) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  if (!delivery_.fabric_locks.insert(network.text()).second) {
    return ztix::fail(ErrorCode::conflict, "Another worker is writing to this network.").with_reason("fabric_locked");
  }
  return std::unique_ptr<service::FabricLock>(std::make_unique<Lock>(delivery_, network.text()));
}

Status FakeProvisionStore::note_waiting(const Job& job, std::int64_t membership_id, const std::string& waiting_for,
                                        const std::string& remedy) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(membership_id);
  if (request == nullptr) return no_such_membership();
  request->waiting_for = waiting_for;
  request->waiting_remedy = remedy;
  return {};
}

Status FakeProvisionStore::start(const Job& job, std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(membership_id);
  if (request == nullptr) return no_such_membership();
  if (request->state == RequestState::approved) {
    delivery_.move(*request, RequestEvent::start, worker_of(job), "");
    return {};
  }
  if (request->state == RequestState::provisioning || request->state == RequestState::active ||
      request->state == RequestState::failed) {
    return {};
  }
  return ztix::fail(ErrorCode::refused_transition, "Not in this state.");
}

Status FakeProvisionStore::fail(const Job& job, std::int64_t membership_id, const std::string& cause) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(membership_id);
  if (request == nullptr) return no_such_membership();
  if (request->state == RequestState::active) return {};
  if (request->state == RequestState::failed) {
    request->reason = cause;
    return {};
  }
  if (!domain::next_state(request->state, RequestEvent::fail)) {
    return ztix::fail(ErrorCode::refused_transition, "Not in this state.");
  }
  delivery_.move(*request, RequestEvent::fail, worker_of(job), cause);
  return {};
}

Status FakeProvisionStore::forget_previous_node(const Job& job, std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  if (auto* membership = delivery_.exchange.find_membership(membership_id)) membership->previous_node_id.reset();
  return {};
}

domain::MembershipConfig FakeProvisionStore::config_of(const service::Request& request) {
  const auto& member = delivery_.members[*request.membership_id];
  return {*request.membership_id,
          member.version,
          request.network_number,
          request.asn,
          *request.router_sequence,
          request.ipv4 ? member.ipv4 : std::nullopt,
          *member.ipv6,
          true,
          true,
          member.md5_key,
          false,
          domain::PrefixLimit::standard(AddressFamily::ipv4),
          domain::PrefixLimit::standard(AddressFamily::ipv6),
          std::nullopt,
          request.suspended};
}

Result<Revision> FakeProvisionStore::publish(const Job& job, std::int64_t membership_id) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* request = delivery_.request_of(membership_id);
  if (request == nullptr) return no_such_membership();
  if (delivery_.exchange.find_membership(membership_id)->departure) {
    return ztix::fail(ErrorCode::refused_transition, "A membership that shall be gone is not published.");
  }
  auto& member = delivery_.members[membership_id];
  if (request->held && member.held_version == member.version) return delivery_.newest().revision;
  if (!member.ipv6 || (request->ipv4 && !member.ipv4)) {
    return ztix::fail(ErrorCode::refused_transition,
                      "A membership is published only after its addresses are reserved.");
  }
  const auto config = config_of(*request);
  member.published.insert_or_assign(member.version, config);
  auto wanted = delivery_.draft();
  wanted.memberships.insert_or_assign(membership_id, config);
  const auto actor = worker_of(job);
  delivery_.publish(wanted, actor);
  Revision since = delivery_.newest().revision;
  for (auto item = delivery_.manifests.rbegin(); item != delivery_.manifests.rend(); ++item) {
    const auto found = item->memberships.find(membership_id);
    if (found == item->memberships.end() || found->second.version != config.version) break;
    since = item->revision;
  }
  request->held = false;
  if (delivery_.newest_usable().revision < since) delivery_.publish(delivery_.draft(), actor, true);
  delivery_.deliver(*request, since, actor);
  delivery_.evaluate(actor);
  return since;
}

bool FakeProvisionStore::is_dead_end(const service::JobView& job, const std::vector<service::JobView>& all) const {
  return job.state == domain::JobState::dead && std::none_of(all.begin(), all.end(), [&](const auto& other) {
           const bool same = other.kind == job.kind && other.subject == job.subject && other.id != job.id;
           const bool alive = other.state == domain::JobState::ready || other.state == domain::JobState::running;
           return same && (alive || (other.id > job.id && other.state != domain::JobState::cancelled));
         });
}

void FakeProvisionStore::fail_stuck(const service::JobView& job) {
  const auto name = job.subject.substr(job.subject.find(':') + 1);
  for (auto& request : delivery_.exchange.requests) {
    const bool early = request.state == RequestState::approved || request.state == RequestState::provisioning;
    const bool own =
        job.kind == "member.provision" && early && request.membership_id == parse_decimal<std::int64_t>(name);
    const auto* route_server = job.kind == "rs.apply" ? delivery_.find_route_server(name) : nullptr;
    const auto row = std::find_if(request.route_servers.begin(), request.route_servers.end(), [&](const auto& item) {
      return item.name == name && item.state != domain::DeliveryState::confirmed;
    });
    const bool waits = route_server != nullptr && route_server->config.state == domain::RouteServerState::enabled &&
                       request.state == RequestState::provisioning && row != request.route_servers.end();
    const service::Actor sweep{service::ActorKind::worker, std::nullopt, "sweep", "", ""};
    if (own) delivery_.move(request, RequestEvent::fail, sweep, job.last_error);
    if (waits) delivery_.move(request, RequestEvent::fail, sweep, name + ": " + job.last_error);
  }
}

Result<int> FakeProvisionStore::evaluate_requests() {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto activated = delivery_.evaluate({service::ActorKind::worker, std::nullopt, "sweep", "", ""});
  ZTIX_ASSIGN(const auto all, delivery_.jobs.jobs(std::nullopt, 1'000'000));
  for (const auto& job : all) {
    if (is_dead_end(job, all)) fail_stuck(job);
  }
  return activated;
}

}  // namespace ztix::test
