#pragma once

/// @file core/store/departure_store.h
/// What `member.revoke` reads and writes, in PostgreSQL.

#include "core/service/ports/departure_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgDepartureStore final : public service::DepartureStore {
 public:
  explicit PgDepartureStore(Database& database) : database_(database) {}

  Result<service::MemberPresence> presence(std::int64_t membership_id) override;
  Result<service::DepartureSubject> subject(std::int64_t membership_id) override;
  Result<std::int64_t> fence(const std::string& route_server) override;
  Status record_withdrawn(const service::Job& job, std::int64_t membership_id) override;
  Status record_cut_off(const service::Job& job, std::int64_t membership_id, int rereads) override;
  Status finish(const service::Job& job, std::int64_t membership_id, std::chrono::hours cooling_off) override;

 private:
  Database& database_;
};

/// A route server has confirmed a revision: what it owed and does not hold any more is paid, departures that waited for
/// it look again. Part of the transaction of the confirm, after the route server's row was written. @throws DbFailure
void settle_departures(Transaction& transaction, const service::Actor& actor, std::int64_t route_server_id,
                       const std::string& route_server, domain::Revision revision);

}  // namespace ztix::store
