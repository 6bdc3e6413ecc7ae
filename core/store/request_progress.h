#pragma once

/// @file core/store/request_progress.h
/// The worker's steps in the life of a request. One function applies an event: table, guarded UPDATE, audit row.

#include <string>
#include <vector>

#include "core/base/uuid.h"
#include "core/domain/request_state.h"
#include "core/service/ports/actor.h"
#include "core/store/database.h"

namespace ztix::store {

/// A request whose row is locked until the transaction ends.
struct LockedRequest {
  Uuid id;
  domain::RequestState state;
};

/// @return not_found when the membership has none. @throws DbFailure
[[nodiscard]] Result<LockedRequest> lock_request_of(Transaction& transaction, std::int64_t membership_id);

/// Moves a locked request along and writes the audit row.
/// @param reason  the cause of a failure; empty leaves what is there, except that success clears it.
/// @return refused_transition when the table has no such step. @throws DbFailure
Status apply_event(Transaction& transaction, const service::Actor& actor, const LockedRequest& request,
                   domain::RequestEvent event, const std::string& reason);

/// Makes `active` what is complete: every enabled route server of the network, at least one, has confirmed a revision
/// that holds the membership's current version. The requests' rows must be locked by this transaction already, so that
/// of two route servers that confirm at once the second sees the first.
/// @return how many became active. @throws DbFailure
int evaluate_locked_requests(Transaction& transaction, const service::Actor& actor, const std::vector<Uuid>& requests);

/// The same for all, each in a transaction of its own; and what waits for a dead job becomes `failed` with its cause.
Result<int> evaluate_all_requests(Database& database, const service::Actor& actor);

}  // namespace ztix::store
