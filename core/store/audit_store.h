#pragma once

/// @file core/store/audit_store.h
/// The audit log in PostgreSQL.

#include <map>
#include <string>

#include "core/service/ports/actor.h"
#include "core/service/ports/audit_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// For a change: its row is written in the same transaction or not at all. Arguments as in service::AuditEntry.
/// @throws DbFailure
void append_audit(Transaction& transaction, const service::Actor& actor, const std::string& action,
                  const std::string& subject_kind, const std::string& subject_id,
                  const std::map<std::string, std::string>& facts = {});

class PgAuditStore final : public service::AuditStore {
 public:
  explicit PgAuditStore(Database& database) : database_(database) {}
  /// `id` and `at` are given by the database.
  Status append(const service::AuditEntry& entry) override;
  Result<std::vector<service::AuditEntry>> trail(const std::string& subject_kind,
                                                 const std::string& subject_id) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
