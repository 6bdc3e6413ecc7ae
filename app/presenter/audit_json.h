#pragma once

/// @file app/presenter/audit_json.h
/// The audit log, for administrators and auditors.

#include "app/http/envelope.h"
#include "core/service/ports/audit_log.h"

namespace ztix::app {

/// With its number, who is behind the actor, and the subject: as a list of many subjects needs it.
[[nodiscard]] Json audit_entry_json(const service::AuditEntry& entry);
[[nodiscard]] Json approvals_json(const service::RevisionApprovals& approvals);

}  // namespace ztix::app
