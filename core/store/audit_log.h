#pragma once

/// @file core/store/audit_log.h
/// Reading the audit log as a whole.

#include "core/service/ports/audit_log.h"
#include "core/store/database.h"

namespace ztix::store {

class PgAuditLog final : public service::AuditLog {
 public:
  explicit PgAuditLog(Database& database) : database_(database) {}
  Result<service::Paged<service::AuditEntry>> list(const service::AuditFilter& filter,
                                                   const service::Page& page) override;
  Result<service::RevisionApprovals> approvals(std::int64_t revision) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
