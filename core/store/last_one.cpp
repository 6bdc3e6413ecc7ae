#include "core/store/last_one.h"

#include "generated/queries.h"

namespace ztix::store {

Status check_not_last_one(Transaction& transaction, std::int64_t route_server_id, bool last_one,
                          const std::string& reason) {
  if (last_one && reason.empty()) {
    return fail(ErrorCode::invalid_argument, "Say why the last route server shall go.").with_fact("field", "reason");
  }
  if (last_one) return {};
  const auto alone = transaction.execute(queries::drain_others_up, {route_server_id});
  if (alone.empty()) return {};
  return fail(ErrorCode::conflict, "No other route server of " + alone[0].get<std::string>("name") +
                                       " is enabled and was seen up just now. If it shall go nevertheless, say so "
                                       "with --last-one and a reason.")
      .with_reason("last_one");
}

}  // namespace ztix::store
