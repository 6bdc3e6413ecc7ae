#pragma once

/// @file core/service/approval_policy.h
/// Approving a new request without a person, where every rule holds (ZTIX_APPROVAL_MODE=policy_auto).

#include <optional>
#include <set>
#include <string>

#include "core/base/result.h"
#include "core/domain/approval_policy.h"
#include "core/service/accounts.h"
#include "core/service/ports/peeringdb.h"
#include "core/service/ports/policy_store.h"
#include "core/service/ports/request_store.h"

namespace ztix::service {

struct ApprovalPolicySettings {
  /// False: a person decides about every request, and nothing here is looked at.
  bool automatic = false;
  domain::ApprovalLimits limits;
  std::set<domain::Asn> denied;
};

struct ApprovalPolicyPorts {
  PolicyStore& history;
  PeeringDbReader& peeringdb;
  RequestStore& requests;
  AuditStore& audit;
};

class ApprovalPolicy {
 public:
  ApprovalPolicy(ApprovalPolicyPorts ports, ApprovalPolicySettings settings)
      : ports_(ports), settings_(std::move(settings)) {}

  /// Judges a request that was just made and approves it as the actor `policy` when every rule holds. Each rule's
  /// result is one fact of the audit row `request.judged`; otherwise the request waits for a person, who reads there
  /// why. What goes wrong on the way is logged and never fails the caller: the request exists, and a person can decide.
  /// @param login  of the person who asked; nullopt for a program with a token, whose ASN no login proves.
  /// @return the request as it is now.
  Request decide(Request request, const std::optional<Login>& login, const Actor& actor);

 private:
  Result<Request> judged(const Request& request, const std::optional<Login>& login, const Actor& actor);
  Result<domain::ApprovalFacts> facts_of(const Request& request, const std::optional<Login>& login);

  ApprovalPolicyPorts ports_;
  ApprovalPolicySettings settings_;
};

/// PeeringDB proved in this login that the user may speak for the ASN. Who may only look there proves nothing, also
/// when the command line gave the number to the user.
[[nodiscard]] bool is_proven(const Login& login, domain::Asn asn);

}  // namespace ztix::service
