#pragma once

/// @file core/store/audit_head_export.h
/// Brings the signed head of the audit log's chain to the second place.

#include "core/store/audit_head_file.h"
#include "core/store/audit_sealer.h"

namespace ztix::store {

class AuditHeadExport {
 public:
  AuditHeadExport(PgAuditSealer& sealer, const service::AuditChain& chain, AuditHeadFile file)
      : sealer_(sealer), chain_(chain), file_(std::move(file)) {}

  /// Appends the head if the chain has grown. Nothing while another worker seals.
  /// @return conflict when the chain no longer holds what was exported last: then nothing is appended any more, until a
  /// person has looked (docs/audit.md); unavailable.
  Status run();

 private:
  Status look_into_file();
  PgAuditSealer& sealer_;
  const service::AuditChain& chain_;
  AuditHeadFile file_;
  std::optional<service::AuditHead> last_;  ///< what the file says last
};

}  // namespace ztix::store
