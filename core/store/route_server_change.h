#pragma once

/// @file core/store/route_server_change.h
/// What is changed of a route server that is in the inventory already.

#include "core/service/ports/route_server_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// At least two RTR caches or a reason for fewer, and none of them twice. invalid_argument.
Status check_rtr_caches(const std::vector<domain::RtrCache>& caches, const std::string& exception);

/// The inventory's caches of a route server, all of them. @throws DbFailure
void write_rtr_caches(Transaction& transaction, std::int64_t route_server_id,
                      const std::vector<domain::RtrCache>& caches);

/// As RouteServerStore::change(). @throws DbFailure for what a constraint refuses.
Result<bool> change_route_server(Transaction& transaction, const std::string& name,
                                 const service::RouteServerChange& change, const service::Actor& actor);

}  // namespace ztix::store
