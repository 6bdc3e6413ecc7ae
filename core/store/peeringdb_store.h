#pragma once

/// @file core/store/peeringdb_store.h
/// What PeeringDB has said, and when it may be asked again, in PostgreSQL.

#include "core/service/ports/peeringdb.h"
#include "core/service/ports/query_pace.h"
#include "core/store/database.h"

namespace ztix::store {

class PgPeeringDbStore final : public service::PeeringDbStore {
 public:
  explicit PgPeeringDbStore(Database& database) : database_(database) {}

  Result<std::vector<service::PeeringDbView>> views(const std::vector<domain::Asn>& asns) override;
  Result<std::vector<domain::Asn>> due(std::chrono::seconds interval, std::size_t limit) override;
  Result<std::chrono::milliseconds> next_due(std::chrono::seconds interval) override;
  Status record(const service::Job& job, const service::PeeringDbAnswer& answer) override;
  Result<int> record_failure(const service::Job& job, const std::string& message) override;
  Result<std::vector<service::PeeringDbView>> order(const std::vector<domain::Asn>& asns,
                                                    const service::Actor& actor) override;
  Status enqueue_refresh(std::chrono::seconds interval) override;

 private:
  Database& database_;
};

class PgQueryPace final : public service::QueryPace {
 public:
  explicit PgQueryPace(Database& database) : database_(database) {}

  Result<Place> take_place(const std::string& query, const Rules& rules) override;
  Status answered(const std::string& query, std::int64_t bytes) override;
  Status pause(std::chrono::milliseconds duration) override;

 private:
  Database& database_;
};

/// Somebody has a new ASN: PeeringDB is asked about it at once. In the transaction that gives it to them.
void enqueue_peeringdb_refresh(Transaction& transaction, const service::Actor& actor);

}  // namespace ztix::store
