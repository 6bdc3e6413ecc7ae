#pragma once

/// @file tests/support/fake_delivery.h
/// Revisions, route servers and deliveries in memory: what the fakes of provisioning, applying and the inventory share
/// beside FakeExchange. Held to PostgreSQL's behaviour by tests/contract/store_jobs.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/service/ports/apply_store.h"
#include "core/service/ports/provision_store.h"
#include "core/service/ports/route_server_store.h"
#include "tests/support/fake_exchange.h"
#include "tests/support/fake_job_store.h"

namespace ztix::test {

/// A whole manifest; the real store keeps differences.
struct FakeManifest {
  domain::Revision revision = 0;
  std::string quarantine_cause;
  std::map<int, domain::NetworkConfig> networks;
  std::map<std::int64_t, domain::RouteServerConfig> route_servers;
  std::map<std::int64_t, domain::MembershipConfig> memberships;
  /// By route server, then by membership and family.
  std::map<std::int64_t, std::map<std::pair<std::int64_t, AddressFamily>, domain::SessionAdminConfig>>
      session_admin_states;
  std::optional<domain::PolicyDefinition> policy;
  std::string template_digest;
};

/// What a membership has beside FakeMembership.
struct FakeMember {
  std::optional<IpAddress> ipv4, ipv6;
  std::string md5_key;
  int version = 1;
  int confirmed_version = 0;
  int held_version = 0;
  std::map<int, domain::MembershipConfig> published;  ///< by version
};

/// The functions expect `exchange.mutex` locked.
struct FakeDelivery {
  FakeDelivery(FakeExchange& the_exchange, FakeJobStore& the_jobs) : exchange(the_exchange), jobs(the_jobs) {}

  /// `fenced` unless the worker holds the job.
  [[nodiscard]] Status check_held(const service::Job& job) const;
  [[nodiscard]] const FakeManifest& newest() const { return manifests.back(); }
  [[nodiscard]] const FakeManifest& newest_usable() const;
  [[nodiscard]] const FakeManifest* manifest(domain::Revision revision) const;
  /// What shall run now: the newest usable one or, in a search, its first step that nobody has proven.
  [[nodiscard]] const FakeManifest& target() const;
  /// A copy of the newest with the networks of now, for the caller to change and publish().
  [[nodiscard]] FakeManifest draft() const;
  /// Makes the next revision of it when it differs, or when `anyway`; tells the route servers it concerns.
  domain::Revision publish(FakeManifest wanted, const service::Actor& actor, bool anyway = false);
  [[nodiscard]] Result<domain::ConfigSnapshot> snapshot(std::int64_t route_server, const FakeManifest& manifest) const;

  [[nodiscard]] service::RouteServer* find_route_server(const std::string& name);
  [[nodiscard]] bool is_attached(const service::RouteServer& route_server, int network_number) const;
  [[nodiscard]] service::Request* request_of(std::int64_t membership_id);
  [[nodiscard]] std::optional<FakeMembership> membership(std::int64_t membership_id);
  void move(service::Request& request, domain::RequestEvent event, const service::Actor& actor,
            const std::string& reason);
  /// The row of (request, route server), made when it is not there.
  service::RequestRouteServer& delivery(service::Request& request, const std::string& route_server);
  /// Every route server that takes applies is to confirm `revision` for the request.
  void deliver(service::Request& request, domain::Revision revision, const service::Actor& actor);
  /// Its membership has ended, nobody owes it, and its time is over.
  [[nodiscard]] bool has_cooled_off(std::int64_t membership_id) const;
  void enqueue_apply(const service::RouteServer& route_server, domain::Revision revision, const service::Actor& actor);
  /// Makes active what every enabled route server has; returns how many.
  int evaluate(const service::Actor& actor);

  /// A member's page changed what is rendered.
  void change_options(std::int64_t membership_id);

  FakeExchange& exchange;
  FakeJobStore& jobs;
  std::vector<FakeManifest> manifests{FakeManifest{}};  ///< the first is "nothing yet"
  std::vector<service::RouteServer> route_servers;
  std::map<std::string, service::RenderedRoot> confirmed;  ///< by route server
  std::map<std::string, std::vector<service::RenderedRoot>> roots;
  std::map<std::int64_t, FakeMember> members;
  std::set<std::string> fabric_locks;
  std::map<std::int64_t, Timestamp> seen_up;                            ///< when a probe last found its BIRD up
  std::map<std::string, std::string> take_overs;                        ///< reason by route server, until a confirm
  std::optional<std::pair<domain::Revision, domain::Revision>> search;  ///< first and last step
  domain::Revision proven = 0;                                          ///< in a turn

 private:
  [[nodiscard]] bool is_complete(const service::Request& request);
};

[[nodiscard]] service::Actor worker_of(const service::Job& job);

}  // namespace ztix::test
