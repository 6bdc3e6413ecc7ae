#pragma once

/// @file core/store/audit_row.h

#include "core/service/ports/audit_store.h"
#include "core/store/row.h"

namespace ztix::store {

/// One row of audit, as the queries of sql/queries/audit.sql name its columns.
[[nodiscard]] service::AuditEntry read_entry(const Row& row);

}  // namespace ztix::store
