#pragma once

/// @file core/store/request_store_read.h
/// Reading requests, for PgRequestStore.

#include <optional>
#include <string>

#include "core/service/ports/request_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// The whole request, with messages and route servers. not_found. @throws DbFailure
Result<service::Request> read_request(Session& session, const Uuid& id);

/// One page, newest first, without messages. invalid_argument for a limit or cursor that is not ours. @throws DbFailure
Result<service::Paged<service::Request>> read_requests(Session& session, const service::RequestFilter& filter,
                                                       const service::Page& page);

}  // namespace ztix::store
