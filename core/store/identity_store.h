#pragma once

/// @file core/store/identity_store.h
/// Accounts that PeeringDB vouches for, in PostgreSQL.

#include "core/service/ports/identity_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgIdentityStore final : public service::IdentityStore {
 public:
  explicit PgIdentityStore(Database& database) : database_(database) {}
  Result<service::AdmittedIdentity> admit(const service::ProvenIdentity& identity, const service::Actor& from) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
