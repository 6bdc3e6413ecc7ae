#include "core/store/idempotency_store.h"

#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::IdempotencyKey;
using service::IdempotentOutcome;

Error in_progress() {
  return fail(ErrorCode::conflict, "A call with this Idempotency-Key is being worked on. Repeat it in a moment.")
      .with_reason("in_progress");
}

}  // namespace

Status complete_idempotency(Transaction& transaction, const service::Command& command, int status,
                            const std::string& resource_id) {
  if (!command.idempotency) return {};
  const auto& key = *command.idempotency;
  const auto rows = transaction.execute(queries::idempotency_finish,
                                        {key.user_id, key.method, key.route, key.key, status, resource_id, ""});
  if (rows.affected() == 0) return in_progress();
  return {};
}

Result<std::optional<IdempotentOutcome>> PgIdempotencyStore::begin(const IdempotencyKey& key,
                                                                   const std::string& body_sha256) {
  using Found = std::optional<IdempotentOutcome>;
  return database_.transaction([&](Transaction& transaction) -> Result<Found> {
    const auto taken =
        transaction.execute(queries::idempotency_take, {key.user_id, key.method, key.route, key.key, body_sha256});
    if (!taken.empty()) return Found{};
    const auto row =
        transaction.execute(queries::idempotency_read, {key.user_id, key.method, key.route, key.key}).at_most_one();
    if (!row) return in_progress();  // released in this very moment
    if (row->get<std::string>("body_sha256") != body_sha256) {
      return fail(ErrorCode::out_of_range, "This Idempotency-Key was used with another body.")
          .with_reason("idempotency_mismatch");
    }
    if (!row->get<bool>("done")) return in_progress();
    return Found{{row->get<int>("status"), row->get<std::string>("resource_id"), row->get<std::string>("error_body")}};
  });
}

Status PgIdempotencyStore::finish(const IdempotencyKey& key, const IdempotentOutcome& outcome) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::idempotency_finish, {key.user_id, key.method, key.route, key.key, outcome.status,
                                                  outcome.resource_id, outcome.error_body});
    return {};
  });
}

Status PgIdempotencyStore::release(const IdempotencyKey& key) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::idempotency_release, {key.user_id, key.method, key.route, key.key});
    return {};
  });
}

}  // namespace ztix::store
