#pragma once

/// @file core/store/provision_store.h
/// What `member.provision` reads and writes, in PostgreSQL.

#include "core/service/ports/provision_store.h"
#include "core/store/database.h"
#include "core/store/fabric_lock.h"

namespace ztix::store {

/// What the first step of `member.provision` reads, of a member that there is not, until PostgreSQL has settled how it
/// does that: a prepared statement is planned anew for its first five executions. For Database::warm_up(). @throws
/// DbFailure
void rehearse_first_step(Session& session);

class PgProvisionStore final : public service::ProvisionStore {
 public:
  explicit PgProvisionStore(Database& database) : database_(database), locks_(database) {}

  Result<service::ProvisionSubject> subject(std::int64_t membership_id) override;
  Result<service::ReservedAddresses> reserve_addresses(const service::Job& job, std::int64_t membership_id) override;
  Result<std::unique_ptr<service::FabricLock>> lock_fabric(const domain::ZtNetworkId& network) override;
  Status note_waiting(const service::Job& job, std::int64_t membership_id, const std::string& waiting_for,
                      const std::string& remedy) override;
  Status start(const service::Job& job, std::int64_t membership_id) override;
  Status fail(const service::Job& job, std::int64_t membership_id, const std::string& cause) override;
  Status forget_previous_node(const service::Job& job, std::int64_t membership_id) override;
  Result<domain::Revision> publish(const service::Job& job, std::int64_t membership_id) override;
  Result<int> evaluate_requests() override;

 private:
  Database& database_;
  FabricLocks locks_;
};

}  // namespace ztix::store
