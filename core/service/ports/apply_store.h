#pragma once

/// @file core/service/ports/apply_store.h
/// What `rs.apply` reads and writes: manifests, and how far each route server got.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/uuid.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/job_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// A root as it was rendered for one route server.
struct RenderedRoot {
  domain::Revision revision = 0;
  std::string file_digest;    ///< names the file on the host
  std::string config_digest;  ///< ZTIX_DIGEST
  bool quarantined = false;
};

struct ApplySubject {
  Uuid installation;
  RouteServerEndpoint endpoint;
  domain::RouteServerState state = domain::RouteServerState::joining;
  std::optional<RenderedRoot> confirmed;
  /// Why a person lets this apply replace what somebody else configured; empty when nobody does.
  std::string take_over_reason = {};
  /// Everything at the newest revision that is not quarantined; in a search for a culprit, at its next step.
  domain::ConfigSnapshot newest;
  /// Why it stands still (a freeze); empty when it does not.
  std::string frozen = {};
  /// More steps follow this one.
  bool is_step = false;
  /// The newest revision there is, also one that is quarantined or a later step.
  domain::Revision highest = 0;
};

/// How far one run got, for people and for the next run.
struct ApplyProgress {
  std::string step;  ///< `A1 probe` … `A11 commit`
  domain::DeliveryState state = domain::DeliveryState::checking;
  domain::Revision revision = 0;
  std::string error;  ///< empty while all is well
};

struct Hold {
  std::int64_t membership_id = 0;
  int version = 0;
  std::string file;
  int line = 0;
  std::string message;
};

/// A session that BIRD has closed because a limit was reached.
struct TrippedSession {
  std::int64_t membership_id = 0;
  AddressFamily family = AddressFamily::ipv6;
  std::string protocol;
  std::string info;  ///< as BIRD says it
};

class ApplyStore {
 public:
  virtual ~ApplyStore() = default;

  virtual Result<ApplySubject> subject(const std::string& route_server) = 0;
  /// The same, at an older revision.
  virtual Result<domain::ConfigSnapshot> snapshot(const std::string& route_server, domain::Revision revision) = 0;
  /// What root is this? By file or config digest; nullopt when it was never rendered for this route server.
  virtual Result<std::optional<RenderedRoot>> find_root(const std::string& route_server, const std::string& digest) = 0;
  /// Before A4: the root exists on a host only after it exists here.
  virtual Status record_root(const Job& job, const std::string& route_server, const RenderedRoot& root) = 0;
  virtual Status record_probe(const Job& job, const std::string& route_server, const HostProbe& probe) = 0;
  /// From now on these sessions are down until somebody clears the limit: rows, revision and audit in one transaction.
  /// @return false when all of them were on record already.
  virtual Result<bool> record_limits(const Job& job, const std::string& route_server,
                                     const std::vector<TrippedSession>& sessions) = 0;
  /// An event that an apply itself has met; the next look at the host ends it (see DriftStore).
  virtual Status note_drift(const Job& job, const std::string& route_server, const Difference& difference) = 0;
  /// Route-server row and every (request, route server) row that waits for this revision or less, in one transaction.
  virtual Status record_progress(const Job& job, const std::string& route_server, const ApplyProgress& progress) = 0;
  /// A11: confirmed revision, digests and times, rows of the requests, `joining` → `enabled`, `succeed` evaluated
  /// under the requests' row locks, audit.
  virtual Status record_confirmed(const Job& job, const std::string& route_server, const RenderedRoot& root) = 0;
  /// A refused object: the membership is held at this version and a new revision is made, in which it is left out
  /// (never confirmed: its request fails, naming file, line and member) or stays at its last confirmed version.
  virtual Result<domain::Revision> hold_membership(const Job& job, const Hold& hold) = 0;
  /// The host has seen a higher fence although the lease is ours: once per run, ours becomes host + 1.
  virtual Result<std::int64_t> raise_fence(const Job& job, const std::string& route_server,
                                           std::int64_t host_fence) = 0;
  /// After a database restore: the revision sequence goes above the highest found on any host.
  virtual Status raise_revision_above(domain::Revision highest_on_host) = 0;
  /// Policy and templates of this build become part of the next revision when they differ from the newest one's.
  virtual Result<domain::Revision> publish_release(const domain::PolicyDefinition& policy,
                                                   const std::string& template_digest, const Actor& actor) = 0;
};

}  // namespace ztix::service
