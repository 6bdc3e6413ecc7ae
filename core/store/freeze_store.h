#pragma once

/// @file core/store/freeze_store.h
/// Freezes in PostgreSQL.

#include <cstdint>
#include <string>

#include "core/service/ports/freeze_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Why a network or a route server stands still now; empty when it does not. @throws DbFailure
[[nodiscard]] std::string frozen_network(Session& session, int network_number);
[[nodiscard]] std::string frozen_route_server(Session& session, std::int64_t route_server_id);

class PgFreezeStore final : public service::FreezeStore {
 public:
  explicit PgFreezeStore(Database& database) : database_(database) {}

  Result<service::Freeze> set(const service::NewFreeze& freeze, const service::Actor& actor) override;
  Status lift(domain::FreezeScope scope, const std::string& subject, const service::Actor& actor) override;
  Result<std::vector<service::Freeze>> active() override;

 private:
  Database& database_;
};

}  // namespace ztix::store
