#pragma once

/// @file core/store/admin_task_store.h
/// Tasks of administrators in PostgreSQL.

#include "core/service/ports/admin_task_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgAdminTaskStore final : public service::AdminTaskStore {
 public:
  explicit PgAdminTaskStore(Database& database) : database_(database) {}
  Result<std::vector<service::AdminTask>> tasks(bool only_open, int limit) override;
  Status finish(std::int64_t id, const service::Actor& actor) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
