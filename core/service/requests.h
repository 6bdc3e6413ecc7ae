#pragma once

/// @file core/service/requests.h
/// What people do with requests: the rules in front of the store.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/lifecycle_store.h"
#include "core/service/ports/network_store.h"
#include "core/service/ports/request_store.h"

namespace ztix::service {

/// What somebody asks for, before the rules. Ids are checked already: they are values of the domain.
struct RequestWish {
  domain::Asn asn;
  domain::ZtNetworkId zt_network_id;
  std::optional<domain::NodeId> node_id;
  /// nullopt = yes if the network has a pool.
  std::optional<bool> ipv4;
  std::string note;
};

struct RequestDossier {
  Request request;
  std::vector<AuditEntry> trail;
};

struct RequestPorts {
  RequestStore& requests;
  AccountStore& accounts;
  NetworkStore& networks;
  AuditStore& audit;
  LifecycleStore& lifecycle;
};

/// Longest texts of people, in bytes of UTF-8.
inline constexpr std::size_t kLongestNote = 2000;
inline constexpr std::size_t kLongestMessage = 4000;

/// Owners are all users linked to the request's ASN. What belongs to others is `not_found`, as if it did not exist.
/// Owners who may only look, or whose proof is too old, are refused every change: `forbidden` (`asn_read_only`,
/// `asn_proof_too_old`).
class Requests {
 public:
  explicit Requests(RequestPorts ports) : ports_(ports) {}

  /// @return `forbidden` (`asn_not_linked`, `network_access_missing`, `admission_closed`), `out_of_range`
  ///         (`unknown_network`, `no_ipv4_pool`, `node_id_reserved`, `text_too_long`), `conflict` (`request_exists`,
  ///         `node_id_in_use`); nothing is written then.
  Result<Request> create(const User& user, const RequestWish& wish, const Command& command);
  Result<Paged<Request>> list_own(const User& user, RequestFilter filter, const Page& page);
  Result<Request> show_own(const User& user, const Uuid& id);
  Result<Request> set_node_id(const User& user, const Uuid& id, const domain::NodeId& node, const Command& command);
  Result<Request> withdraw(const User& user, const Uuid& id, const Command& command);
  Result<Request> answer(const User& user, const Uuid& id, const std::string& message, const Command& command);
  /// Orderly: out of the configurations first. The reason may be empty.
  Result<Request> leave(const User& user, const Uuid& id, const std::string& reason, const Command& command);
  /// Twice a day; `rate_limited` (`limit_clears_used_up`) says what to do then.
  Result<Request> clear_own_limit(const User& user, const Uuid& id, const Command& command);

  /// For administrators and auditors. The caller has checked the role.
  Result<Paged<Request>> list_all(const RequestFilter& filter, const Page& page);
  Result<RequestDossier> show_any(const Uuid& id);

  /// Decisions, for administrators (and the CLI, whose actor has no user). The caller has checked the role.
  /// With several administrators the approver is not the requester: `forbidden` (`approver_is_requester`).
  Result<Request> approve(const Uuid& id, const Command& command);
  Result<Request> reject(const Uuid& id, const std::string& reason, const Command& command);
  Result<Request> ask(const Uuid& id, const std::string& question, const Command& command);
  Result<Request> retry(const Uuid& id, const Command& command);
  /// Of members. A reason is needed for what takes away: its owner reads it.
  Result<Request> suspend(const Uuid& id, const std::string& reason, const Command& command);
  Result<Request> resume(const Uuid& id, const Command& command);
  Result<Request> revoke(const Uuid& id, const std::string& reason, const Command& command);
  Result<Request> clear_limit(const Uuid& id, const Command& command);
  /// As its owner would, for the command line.
  Result<Request> leave_for_owner(const Uuid& id, const std::string& reason, const Command& command);

 private:
  Result<Network> admitted_network(const User& user, const RequestWish& wish);
  Status check_node(const Network& network, const domain::NodeId& node);
  Result<Request> owned(const User& user, const Uuid& id);
  Result<Request> owned_to_change(const User& user, const Uuid& id);

  RequestPorts ports_;
};

/// `text` without white space around it. out_of_range with reason `text_missing`, `text_too_long` or `bad_text`
/// (control characters, not UTF-8) and the fact `field`.
[[nodiscard]] Result<std::string> checked_text(const std::string& text, std::string_view field, std::size_t longest,
                                               bool required);

}  // namespace ztix::service
