#include "core/store/provision_store.h"

#include "core/domain/address_plan.h"
#include "core/store/audit_store.h"
#include "core/store/config_content.h"
#include "core/store/delivery.h"
#include "core/store/job_transaction.h"
#include "core/store/membership_row.h"
#include "core/store/request_progress.h"
#include "core/store/revision.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::RequestEvent;
using domain::RequestState;
using domain::Revision;
using service::Actor;
using service::Job;
using service::ProvisionSubject;
using service::ReservedAddresses;

ProvisionSubject read_subject(const Row& row) {
  std::vector<Prefix> lans;
  if (const auto lan_v4 = row.get<std::optional<Prefix>>("lan_v4")) lans.push_back(*lan_v4);
  lans.push_back(row.get<Prefix>("lan_v6"));
  return {row.get<std::int64_t>("id"),
          row.get<Uuid>("request"),
          row.get_enum(domain::kRequestStates, "state"),
          row.get_enum(domain::kDesired, "desired"),
          row.get<domain::Asn>("asn"),
          row.get<int>("router_sequence"),
          row.get<std::optional<domain::NodeId>>("node_id"),
          row.get<std::optional<domain::NodeId>>("previous_node_id"),
          row.get<bool>("ipv4_wanted"),
          row.get<std::optional<IpAddress>>("ipv4"),
          row.get<std::optional<IpAddress>>("ipv6"),
          row.get<int>("number"),
          row.get<domain::ZtNetworkId>("zt_network_id"),
          row.get<std::string>("name"),
          lans,
          row.get<Revision>("published"),
          row.get<bool>("suspended"),
          row.get<std::string>("frozen")};
}

/// Takes an address for the member; false when somebody has it.
bool reserve(Transaction& transaction, const MembershipRow& membership, const IpAddress& address) {
  return !transaction
              .execute(queries::provision_reserve_address,
                       {membership.network_number, address, membership.asn, membership.router_sequence})
              .empty();
}

Result<IpAddress> reserve_ipv6(Transaction& transaction, const MembershipRow& membership) {
  ZTIX_ASSIGN(const auto address, domain::member_ipv6(membership.lan_v6, membership.asn, membership.router_sequence));
  if (reserve(transaction, membership, address)) return address;
  return fail(ErrorCode::conflict,
              "The member's IPv6 address " + address.text() + " belongs to an infrastructure node.")
      .with_reason("address_in_use");
}

// Under the pool's lock nobody else picks, so the address that is read as free is free.
Result<IpAddress> reserve_ipv4(Transaction& transaction, const MembershipRow& membership) {
  transaction.execute(queries::provision_lock_pool, {membership.network_number});
  const auto row = transaction.execute(queries::provision_free_ipv4, {membership.network_number}).at_most_one();
  if (!row) {
    return fail(ErrorCode::out_of_range,
                "No IPv4 address is free on this network. It goes on when one is released, or when IPv4 is switched "
                "off.")
        .with_reason("ipv4_pool_exhausted");
  }
  const auto address = row->get<IpAddress>("candidate");
  if (!reserve(transaction, membership, address))
    throw std::logic_error("a free address was taken under the pool's lock");
  return address;
}

/// What it has stays its own, also after cooling off.
Result<ReservedAddresses> keep_or_reserve(Transaction& transaction, const MembershipRow& membership) {
  MemberAddresses had;
  for (const auto row : transaction.execute(queries::provision_addresses,
                                            {membership.network_number, membership.asn, membership.router_sequence})) {
    const auto address = row.get<IpAddress>("address");
    if (address.is_ipv4() && !membership.ipv4_wanted) continue;
    transaction.execute(queries::provision_keep_address, {row.get<std::int64_t>("id")});
    (address.is_ipv4() ? had.ipv4 : had.ipv6) = address;
  }
  if (!had.ipv6) {
    ZTIX_ASSIGN(had.ipv6, reserve_ipv6(transaction, membership));
  }
  if (!had.ipv4 && membership.ipv4_wanted) {
    ZTIX_ASSIGN(had.ipv4, reserve_ipv4(transaction, membership));
  }
  return ReservedAddresses{had.ipv4, *had.ipv6};
}

Result<domain::MembershipConfig> config_of(Transaction& transaction, const MembershipRow& membership) {
  const auto addresses = addresses_of(transaction, membership);
  if (!addresses.ipv6 || (membership.ipv4_wanted && !addresses.ipv4)) {
    return fail(ErrorCode::refused_transition, "A membership is published only after its addresses are reserved.");
  }
  return domain::MembershipConfig{membership.id,
                                  membership.version,
                                  membership.network_number,
                                  membership.asn,
                                  membership.router_sequence,
                                  membership.ipv4_wanted ? addresses.ipv4 : std::nullopt,
                                  *addresses.ipv6,
                                  membership.session_v4,
                                  membership.session_v6,
                                  membership.md5_key,
                                  membership.ttl_security,
                                  membership.limit_v4,
                                  membership.limit_v6,
                                  std::nullopt,
                                  membership.suspended};
}

/// A version has one content for ever, suspensions aside: what differs from what was published under its number gets
/// the next one.
void number_version(Transaction& transaction, domain::MembershipConfig& config) {
  const auto row =
      transaction
          .execute(queries::provision_version_differs, {std::to_string(config.id), config.version, encode(config)})
          .one();
  if (!row.get<bool>("differs")) return;
  ++config.version;
  transaction.execute(queries::provision_set_version, {config.id, config.version});
}

std::optional<Revision> published_since(Transaction& transaction, const domain::MembershipConfig& config) {
  const auto row =
      transaction.execute(queries::provision_published, {std::to_string(config.id), config.version}).at_most_one();
  return row ? std::optional(row->get<Revision>("from_revision")) : std::nullopt;
}

/// A revision that was taken out of circulation is never applied: what it brought goes out again in a new one.
void renew_if_quarantined(Transaction& transaction, const Actor& actor, Revision since) {
  if (newest_usable_revision(transaction) >= since) return;
  transaction.execute(queries::revision_insert, {actor.name, "membership.published_again"});
}

Result<Revision> publish_present(Transaction& transaction, const Actor& actor, const LockedRequest& request,
                                 const MembershipRow& membership) {
  ZTIX_ASSIGN(auto config, config_of(transaction, membership));
  number_version(transaction, config);
  next_revision(transaction, actor, "membership.published", {changed(config)});
  const auto since = published_since(transaction, config);
  if (!since) throw std::logic_error("what was just published is not in the manifest");
  renew_if_quarantined(transaction, actor, *since);
  // What held an older version is settled by this one.
  if (membership.held) transaction.execute(queries::membership_release_hold, {membership.id});
  transaction.execute(queries::provision_addresses_live,
                      {membership.network_number, membership.asn, membership.router_sequence});
  deliver(transaction, actor, request.id, membership.network_number, *since);
  // A retry may find that every route server has it already.
  evaluate_locked_requests(transaction, actor, {request.id});
  return *since;
}

constexpr int kUntilPlansAreSettled = 6;

}  // namespace

void rehearse_first_step(Session& session) {
  for (int i = 0; i < kUntilPlansAreSettled; ++i) {
    session.execute(queries::provision_subject, {std::int64_t{0}});
    session.execute(queries::job_hold, {std::int64_t{0}, std::int64_t{0}});
    session.execute(queries::provision_lock_membership, {std::int64_t{0}});
    session.execute(queries::provision_addresses, {0, std::int64_t{0}, 0});
  }
}

Result<ProvisionSubject> PgProvisionStore::subject(std::int64_t membership_id) {
  return database_.read([&](Session& session) -> Result<ProvisionSubject> {
    const auto row = session.execute(queries::provision_subject, {membership_id}).at_most_one();
    if (!row) return ztix::fail(ErrorCode::not_found, "No such membership.").with_detail(std::to_string(membership_id));
    return read_subject(*row);
  });
}

Result<ReservedAddresses> PgProvisionStore::reserve_addresses(const Job& job, std::int64_t membership_id) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Result<ReservedAddresses> {
    ZTIX_ASSIGN(const auto membership, lock_membership(transaction, membership_id));
    return keep_or_reserve(transaction, membership);
  });
}

Result<std::unique_ptr<service::FabricLock>> PgProvisionStore::lock_fabric(const domain::ZtNetworkId& network) {
  return locks_.lock(network);
}

Status PgProvisionStore::note_waiting(const Job& job, std::int64_t membership_id, const std::string& waiting_for,
                                      const std::string& remedy) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    transaction.execute(queries::provision_note_waiting, {membership_id, waiting_for, remedy});
    return {};
  });
}

Status PgProvisionStore::start(const Job& job, std::int64_t membership_id) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    ZTIX_ASSIGN(const auto request, lock_request_of(transaction, membership_id));
    switch (request.state) {
      case RequestState::provisioning:
      case RequestState::active:
      // The job was revived: the request shows its failure until everything is confirmed (`converge`).
      case RequestState::failed:
        return {};
      case RequestState::approved:
      case RequestState::pending:
      case RequestState::needs_info:
      case RequestState::rejected:
      case RequestState::withdrawn:
      case RequestState::expired:
      case RequestState::revoking:
      case RequestState::revoked:
        break;
    }
    return apply_event(transaction, actor, request, RequestEvent::start, "");
  });
}

Status PgProvisionStore::fail(const Job& job, std::int64_t membership_id, const std::string& cause) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    ZTIX_ASSIGN(const auto request, lock_request_of(transaction, membership_id));
    if (request.state == RequestState::failed) {
      transaction.execute(queries::provision_set_reason, {request.id, cause});
      return {};
    }
    if (request.state == RequestState::active) {
      // `active` never falls back: what failed is a change of it.
      append_audit(transaction, actor, "request.change_failed", "request", request.id.text(), {{"reason", cause}});
      return {};
    }
    return apply_event(transaction, actor, request, RequestEvent::fail, cause);
  });
}

Status PgProvisionStore::forget_previous_node(const Job& job, std::int64_t membership_id) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    const auto changed = transaction.execute(queries::provision_forget_previous_node, {membership_id});
    if (!changed.empty()) {
      append_audit(transaction, actor, "membership.node_changed", "membership", std::to_string(membership_id));
    }
    return {};
  });
}

Result<Revision> PgProvisionStore::publish(const Job& job, std::int64_t membership_id) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Result<Revision> {
    lock_revisions(transaction);
    ZTIX_ASSIGN(const auto request, lock_request_of(transaction, membership_id));
    ZTIX_ASSIGN(const auto membership, lock_membership(transaction, membership_id));
    if (membership.desired == domain::Desired::absent) {
      return ztix::fail(ErrorCode::refused_transition, "A membership that shall be gone is not published.");
    }
    // Kept back until a retry or a newer version: publishing it again would be refused again.
    if (membership.is_held_back()) return newest_revision(transaction);
    return publish_present(transaction, actor, request, membership);
  });
}

Result<int> PgProvisionStore::evaluate_requests() {
  return evaluate_all_requests(database_, {service::ActorKind::worker, std::nullopt, "sweep", "", ""});
}

}  // namespace ztix::store
