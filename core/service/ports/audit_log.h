#pragma once

/// @file core/service/ports/audit_log.h
/// Reading the audit log as a whole, and from a configuration back to the persons who are answerable for it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/domain/asn.h"
#include "core/domain/zerotier_id.h"
#include "core/service/ports/audit_store.h"
#include "core/service/ports/request_store.h"

namespace ztix::service {

/// Which rows to list; what is not set filters nothing.
struct AuditFilter {
  std::optional<std::string> actor;         ///< the name
  std::optional<std::string> action;        ///< `request.approved`, or its noun: `request`
  std::optional<std::string> subject_kind;  ///< `request`
  std::optional<std::string> subject_id;    ///< only with its kind
  std::optional<Timestamp> from;
  std::optional<Timestamp> to;  ///< not included
};

/// A filter's subject as people write it: `KIND:ID` or `KIND`. invalid_argument with the fact `field`.
[[nodiscard]] Status set_subject(AuditFilter& filter, const std::string& subject);

/// One member of a revision.
struct MemberApproval {
  std::int64_t membership_id = 0;
  domain::Asn asn;
  domain::ZtNetworkId zt_network_id;
  int router_sequence = 0;
  std::optional<Uuid> request_id;
  std::string requested_by;
  std::vector<AuditEntry> approvals;  ///< `request.approved` of its request, oldest first
};

struct RevisionApprovals {
  std::int64_t revision = 0;
  Timestamp created_at{};
  std::string actor;  ///< whose change made the revision
  std::string cause;
  std::vector<MemberApproval> members;
};

class AuditLog {
 public:
  virtual ~AuditLog() = default;
  /// Newest first. invalid_argument for a cursor that is not one of ours.
  virtual Result<Paged<AuditEntry>> list(const AuditFilter& filter, const Page& page) = 0;
  /// not_found when there is no such revision.
  virtual Result<RevisionApprovals> approvals(std::int64_t revision) = 0;
};

}  // namespace ztix::service
