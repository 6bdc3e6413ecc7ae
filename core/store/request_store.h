#pragma once

/// @file core/store/request_store.h
/// Requests in PostgreSQL.

#include <string>

#include "core/service/ports/request_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Each changing call is one transaction: row lock, guarded change, audit row, job, idempotency key.
/// The key's stored status is 201 for `create` and 200 for every other call.
class PgRequestStore final : public service::RequestStore {
 public:
  explicit PgRequestStore(Database& database) : database_(database) {}

  Result<service::Request> create(const service::NewRequest& request, const service::Command& command) override;
  Result<service::Request> request(const Uuid& id) override;
  Result<service::Paged<service::Request>> list(const service::RequestFilter& filter,
                                                const service::Page& page) override;
  Result<service::Request> transition(const Uuid& id, domain::RequestEvent event, const std::string& text,
                                      const service::Command& command) override;
  Result<service::Request> approve(const Uuid& id, const service::Command& command) override;
  Result<service::Request> set_node_id(const Uuid& id, const domain::NodeId& node,
                                       const service::Command& command) override;
  Result<int> expire_older_than(std::chrono::hours age, const service::Actor& actor) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
