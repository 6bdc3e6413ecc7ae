#pragma once

/// @file core/store/policy_store.h
/// What the approval policy asks PostgreSQL.

#include "core/service/ports/policy_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgPolicyStore final : public service::PolicyStore {
 public:
  explicit PgPolicyStore(Database& database) : database_(database) {}
  Result<service::RequestHistory> history(const Uuid& request) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
