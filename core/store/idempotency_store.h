#pragma once

/// @file core/store/idempotency_store.h
/// `Idempotency-Key` in PostgreSQL.

#include <optional>
#include <string>

#include "core/service/ports/idempotency_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// For a change: marks the command's key as done, in the same transaction. Does nothing for a command without a key.
/// @param status  what the HTTP edge answers for this change.
/// @return conflict (`in_progress`) when the key is not held any more: another call took it over, so this one must
///         not commit. @throws DbFailure
Status complete_idempotency(Transaction& transaction, const service::Command& command, int status,
                            const std::string& resource_id);

class PgIdempotencyStore final : public service::IdempotencyStore {
 public:
  explicit PgIdempotencyStore(Database& database) : database_(database) {}
  Result<std::optional<service::IdempotentOutcome>> begin(const service::IdempotencyKey& key,
                                                          const std::string& body_sha256) override;
  /// Nothing happens when the key is done already: what was stored with a change stays.
  Status finish(const service::IdempotencyKey& key, const service::IdempotentOutcome& outcome) override;
  Status release(const service::IdempotencyKey& key) override;

 private:
  Database& database_;
};

}  // namespace ztix::store
