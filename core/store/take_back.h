#pragma once

/// @file core/store/take_back.h
/// Changes that were refused or did harm leave the manifest again, and only those.

#include <string>

#include "core/base/result.h"
#include "core/domain/config_snapshot.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/rollout_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// See RolloutStore::take_back. Takes the lock of all revisions.
/// @throws DbFailure
[[nodiscard]] Result<service::TakenBack> take_revision_back(Transaction& transaction, const service::Actor& actor,
                                                            std::int64_t route_server_id, domain::Revision revision,
                                                            const std::string& cause);

}  // namespace ztix::store
