#pragma once

/// @file core/store/lifecycle_store.h
/// What people do to a membership that exists, in PostgreSQL.

#include "core/service/ports/lifecycle_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgLifecycleStore final : public service::LifecycleStore {
 public:
  explicit PgLifecycleStore(Database& database) : database_(database) {}

  Result<service::Request> suspend(const Uuid& id, const std::string& reason, const service::Command& command) override;
  Result<service::Request> resume(const Uuid& id, const service::Command& command) override;
  Result<service::Request> depart(const Uuid& id, service::Departure departure, const std::string& reason,
                                  const service::Command& command) override;
  Result<service::Request> clear_limit(const Uuid& id, service::ClearedBy who,
                                       const service::Command& command) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
