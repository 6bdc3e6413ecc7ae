#pragma once

/// @file core/service/ports/request_store.h
/// Requests: what people ask and decide. Every changing call is one transaction of guarded change, audit row and job.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/domain/asn.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/request_state.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// How far a request got on one route server.
struct RequestRouteServer {
  std::string name;
  domain::DeliveryState state = domain::DeliveryState::waiting;
  domain::Revision wanted_revision = 0;
  domain::Revision confirmed_revision = 0;
  std::string last_step;
  std::string last_error;
  Timestamp updated_at{};
};

struct RequestMessage {
  Timestamp at{};
  std::string author;
  std::string kind;  ///< `question`, `answer`, `reason`
  std::string text;
};

struct Request {
  Uuid id;
  domain::Asn asn;
  domain::ZtNetworkId zt_network_id;
  int network_number = 0;
  std::optional<domain::NodeId> node_id;
  domain::RequestState state = domain::RequestState::pending;
  bool ipv4 = false;  ///< an IPv4 address is wanted
  std::string note;
  Uuid requested_by;
  std::string requested_by_name;
  std::optional<std::int64_t> membership_id;  ///< from approve on
  std::optional<int> router_sequence;         ///< from approve on
  std::optional<IpAddress> address_v4;        ///< once reserved
  std::optional<IpAddress> address_v6;
  /// Why it does not move: `awaiting_node_id`, `ipv4_pool_exhausted`, `fabric_not_ready`; empty otherwise.
  std::string waiting_for;
  std::string waiting_remedy;
  /// The reason of a rejection or the cause of a failure.
  std::string reason;
  bool held = false;  ///< its membership is held at an older version
  std::vector<RequestRouteServer> route_servers;
  std::vector<RequestMessage> messages;  ///< filled by `request`, not by `list`
  Timestamp created_at{};
  Timestamp updated_at{};
  bool suspended = false;  ///< down everywhere until an administrator resumes it; its state stays
  std::string suspended_reason = {};
  bool leaving = false;  ///< while revoking: its owner leaves, orderly
  /// Route servers that could not be reached when the membership ended and may still hold it, by name.
  std::vector<std::string> owed = {};
  /// Sessions that announced more than their limit and stay down until cleared, as `rs1 ipv4`, sorted.
  std::vector<std::string> tripped_limits = {};
};

struct NewRequest {
  domain::Asn asn;
  domain::ZtNetworkId zt_network_id;
  std::optional<domain::NodeId> node_id;
  bool ipv4 = false;
  std::string note;
};

struct RequestFilter {
  /// Set: only these ASNs (an operator's own). Not set: all (administrators).
  std::optional<std::vector<domain::Asn>> owned_asns;
  std::optional<domain::RequestState> state;
  std::optional<domain::Asn> asn;
  std::optional<domain::ZtNetworkId> zt_network_id;
  std::optional<std::chrono::minutes> min_age;
};

struct Page {
  int limit = 50;      ///< 1–200
  std::string cursor;  ///< opaque, from the previous page; `invalid_argument` when it is not one of ours
};

template <class T>
struct Paged {
  std::vector<T> items;
  std::string next;  ///< cursor of the next page; empty on the last
};

class RequestStore {
 public:
  virtual ~RequestStore() = default;

  /// `conflict` with reason `request_exists` (an open request for ASN, network and node id; fact `request_id`) or
  /// `node_id_in_use` (a live membership of any ASN, or an infrastructure node; no facts: it may be a stranger's).
  virtual Result<Request> create(const NewRequest& request, const Command& command) = 0;

  virtual Result<Request> request(const Uuid& id) = 0;
  /// Newest first.
  virtual Result<Paged<Request>> list(const RequestFilter& filter, const Page& page) = 0;

  /// Applies one of reject, ask, answer, withdraw, expire, retry. `text` is the reason, question or answer.
  /// `refused_transition` when the state does not allow it (first write wins). `retry` re-enqueues provisioning,
  /// releases a hold and clears the cause.
  virtual Result<Request> transition(const Uuid& id, domain::RequestEvent event, const std::string& text,
                                     const Command& command) = 0;

  /// Approves: gives the lowest free router sequence, makes the membership, enqueues `member.provision` (priority 1).
  /// `conflict` (`node_id_in_use`) when the node has become somebody's member meanwhile.
  virtual Result<Request> approve(const Uuid& id, const Command& command) = 0;

  /// Before provisioning: fills or replaces the slot. On `active`: the in-place change (enqueues a job; addresses and
  /// configuration stay). `conflict`: `node_id_in_use`, `change_running`. Otherwise `refused_transition`.
  virtual Result<Request> set_node_id(const Uuid& id, const domain::NodeId& node, const Command& command) = 0;

  /// Requests that have been waiting for a decision longer than `age` become `expired`; returns how many.
  virtual Result<int> expire_older_than(std::chrono::hours age, const Actor& actor) = 0;
};

}  // namespace ztix::service
