#pragma once

/// @file core/store/audit_verifier.h
/// Reads the whole audit log with its seals and holds one against the other.

#include <string>
#include <vector>

#include "core/service/ports/audit_check.h"
#include "core/store/database.h"

namespace ztix::store {

class PgAuditVerifier {
 public:
  PgAuditVerifier(Database& database, const service::AuditChain& chain) : database_(database), chain_(chain) {}

  /// @param head_lines  what was exported, read before this is called: the chain only grows.
  Result<service::AuditReport> verify(const std::vector<std::string>& head_lines);

 private:
  Database& database_;
  const service::AuditChain& chain_;
};

}  // namespace ztix::store
