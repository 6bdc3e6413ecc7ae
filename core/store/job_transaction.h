#pragma once

/// @file core/store/job_transaction.h
/// A transaction on behalf of a running job. It begins with the fence: a worker that lost its lease writes nothing.

#include <type_traits>
#include <utility>

#include "core/service/ports/actor.h"
#include "core/service/ports/job_store.h"
#include "core/store/database.h"

namespace ztix::store {

/// Locks the job's row against being taken over until the transaction ends, and tells who works on it.
/// Must be the first statement: a claim skips locked rows, so nothing is waited for and nothing can deadlock.
/// @return fenced when the job has moved on. @throws DbFailure
[[nodiscard]] Result<service::Actor> hold_job(Transaction& transaction, const service::Job& job);

/// Runs `use(transaction, actor)` while the job is held.
template <class F>
auto job_transaction(Database& database, const service::Job& job, F&& use)
    -> std::invoke_result_t<F&, Transaction&, const service::Actor&> {
  using R = std::invoke_result_t<F&, Transaction&, const service::Actor&>;
  return database.transaction([&](Transaction& transaction) -> R {
    ZTIX_ASSIGN(const auto actor, hold_job(transaction, job));
    return use(transaction, actor);
  });
}

}  // namespace ztix::store
