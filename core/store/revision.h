#pragma once

/// @file core/store/revision.h
/// How a revision is made. Every transaction that changes what is rendered ends in next_revision().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/config_snapshot.h"
#include "core/service/ports/actor.h"
#include "core/store/database.h"
#include "core/store/decoded_memberships.h"

namespace ztix::store {

/// One object as it shall be from the new revision on.
struct ObjectChange {
  std::string kind;     ///< as in table config_object
  std::string subject;  ///< the object's id as text
  /// nullopt: one more than the highest ever, for kinds whose version nobody else counts.
  std::optional<int> version;
  /// JSON (config_content.h); nullopt: it leaves the manifest.
  std::optional<std::string> content;
  /// Whom it concerns: the route servers of one network, one route server, or all.
  std::optional<int> network_number;
  std::optional<std::int64_t> route_server_id;
};

[[nodiscard]] ObjectChange changed(const domain::NetworkConfig& network);
/// `joining` is published as `enabled`: both are rendered alike, so finishing the first apply is no new revision.
[[nodiscard]] ObjectChange changed(const domain::RouteServerConfig& route_server);
[[nodiscard]] ObjectChange changed(const domain::MembershipConfig& membership);
[[nodiscard]] ObjectChange removed(const domain::MembershipConfig& membership);
/// State `enabled` leaves the manifest: it is what a session is when nothing is said.
[[nodiscard]] ObjectChange changed(std::int64_t route_server_id, const domain::SessionAdminConfig& session);
[[nodiscard]] ObjectChange changed(const domain::PolicyDefinition& policy);
/// @param digest  of all templates of a build: other templates make other bytes of the same manifest.
[[nodiscard]] ObjectChange changed_templates(const std::string& digest);

/// Takes the one lock of all revisions until the transaction ends. next_revision() does so itself; a transaction that
/// locks rows of requests or memberships as well takes it before them, so that no two wait for each other.
void lock_revisions(Transaction& transaction);

/// Publishes the changes as one new revision, notes it as wanted by the route servers it concerns and enqueues
/// `rs.apply` for those that are joining or enabled. Nothing is written when no object differs from what is published.
/// @param cause  for people, e.g. `network.added`.
/// @return the new revision, or the newest when there was nothing to change. @throws DbFailure
domain::Revision next_revision(Transaction& transaction, const service::Actor& actor, const std::string& cause,
                               const std::vector<ObjectChange>& changes);

/// One route server's part of a manifest.
/// @param memberships  what was read before; what is read now is added.
/// @return not_found when the route server is not in that revision; unavailable (`no_policy`) before a policy is
/// published; internal for damaged content.
/// @throws DbFailure
[[nodiscard]] Result<domain::ConfigSnapshot> read_snapshot(Session& session, DecodedMemberships& memberships,
                                                           std::int64_t route_server_id, domain::Revision revision);

/// The newest revision, also one that is quarantined; 0 before the first. @throws DbFailure
[[nodiscard]] domain::Revision newest_revision(Session& session);
/// The newest revision that may be applied. @throws DbFailure
[[nodiscard]] domain::Revision newest_usable_revision(Session& session);

}  // namespace ztix::store
