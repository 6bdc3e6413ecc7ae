#pragma once

/// @file core/store/drain_store.h
/// Drain and return of route servers, in PostgreSQL.

#include "core/service/ports/drain_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgDrainStore final : public service::DrainStore {
 public:
  explicit PgDrainStore(Database& database) : database_(database) {}

  Status drain(const service::DrainOrder& order, const service::Actor& actor) override;
  Status give_back(const std::string& route_server, const service::Actor& actor) override;
  Result<std::vector<service::Drain>> drains() override;
  Result<int> advance(const service::Actor& actor) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
