#pragma once

/// @file core/store/last_one.h
/// The last route server of a network is not taken out of service by accident.

#include <string>

#include "core/store/database.h"

namespace ztix::store {

/// Of two orders at once the second must see what the first has done, so the lock of all revisions is held.
/// @param last_one  a person says that it may be the last one, and with `reason` why.
/// @return conflict with reason `last_one` while no other route server of one of its networks is enabled and was seen
/// up just now; invalid_argument for `last_one` without a reason. @throws DbFailure
Status check_not_last_one(Transaction& transaction, std::int64_t route_server_id, bool last_one,
                          const std::string& reason);

}  // namespace ztix::store
