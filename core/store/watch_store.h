#pragma once

/// @file core/store/watch_store.h
/// What watching reads and keeps, in PostgreSQL.

#include "core/service/ports/watch_store.h"
#include "core/store/database.h"

namespace ztix::store {

class PgWatchStore final : public service::WatchStore {
 public:
  explicit PgWatchStore(Database& database) : database_(database) {}

  Result<bool> is_settled(const service::Job& job, const std::string& route_server) override;
  Status record_sessions(const service::Job& job, const std::string& route_server,
                         const service::HostProbe& probe) override;
  Result<std::vector<service::SessionView>> sessions_of(std::int64_t membership_id) override;
  Result<service::ExpectedFabric> expected_fabric(const domain::ZtNetworkId& network) override;
  Status record_fabric(const service::Job& job, const service::FabricLook& look) override;
  Result<std::vector<service::FabricLook>> fabric_looks() override;
  Result<int> enqueue_looks(std::chrono::milliseconds delay) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
