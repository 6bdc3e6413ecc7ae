#pragma once

/// @file core/store/route_server_store.h
/// The inventory of route servers in PostgreSQL.

#include "core/service/ports/route_server_store.h"
#include "core/store/database.h"

namespace ztix::store {

[[nodiscard]] Error unknown_route_server(const std::string& name);

/// What is published of a route server, from its rows. @throws DbFailure
[[nodiscard]] std::optional<service::RouteServer> read_route_server(Session& session, const std::string& name);

/// Moves a route server from one state to another, with revision and audit row. `reason` may be empty.
/// @return not_found; refused_transition. @throws DbFailure
Status change_state(Transaction& transaction, const std::string& name, domain::RouteServerState state,
                    const service::Actor& actor, const std::string& reason = {});

class PgRouteServerStore final : public service::RouteServerStore {
 public:
  explicit PgRouteServerStore(Database& database) : database_(database) {}

  Result<service::RouteServer> add(const service::NewRouteServer& route_server, const service::Actor& actor) override;
  Result<bool> change(const std::string& name, const service::RouteServerChange& change,
                      const service::Actor& actor) override;
  Result<std::vector<service::RouteServer>> route_servers() override;
  Result<service::RouteServer> route_server(const std::string& name) override;
  Status set_state(const service::RouteServerOrder& order, const service::Actor& actor) override;
  Status repin_host_key(const std::string& name, const std::string& host_key, const service::Actor& actor) override;
  Result<std::int64_t> request_apply(const std::string& name, const service::Actor& actor) override;
  Result<std::int64_t> request_take_over(const std::string& name, const std::string& reason,
                                         const service::Actor& actor) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
