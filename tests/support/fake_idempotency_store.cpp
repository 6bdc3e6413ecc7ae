#include "tests/support/fake_idempotency_store.h"

namespace ztix::test {
namespace {

bool is_free(const FakeKey& key, Timestamp now, const std::string& body_sha256) {
  const auto age = now - key.taken_at;
  if (age > std::chrono::hours(24)) return true;
  return !key.outcome && age > std::chrono::seconds(60) && key.body_sha256 == body_sha256;
}

}  // namespace

Result<std::optional<service::IdempotentOutcome>> FakeIdempotencyStore::begin(const service::IdempotencyKey& key,
                                                                              const std::string& body_sha256) {
  using Found = std::optional<service::IdempotentOutcome>;
  const std::lock_guard hold(exchange_.mutex);
  const auto known = exchange_.keys.find(name_of(key));
  if (known == exchange_.keys.end() || is_free(known->second, exchange_.now, body_sha256)) {
    exchange_.keys[name_of(key)] = {body_sha256, std::nullopt, exchange_.now};
    return Found{};
  }
  if (known->second.body_sha256 != body_sha256) {
    return fail(ErrorCode::out_of_range, "Another body.").with_reason("idempotency_mismatch");
  }
  if (!known->second.outcome) return fail(ErrorCode::conflict, "In progress.").with_reason("in_progress");
  return Found{known->second.outcome};
}

Status FakeIdempotencyStore::finish(const service::IdempotencyKey& key, const service::IdempotentOutcome& outcome) {
  const std::lock_guard hold(exchange_.mutex);
  const auto known = exchange_.keys.find(name_of(key));
  if (known != exchange_.keys.end() && !known->second.outcome) known->second.outcome = outcome;
  return {};
}

Status FakeIdempotencyStore::release(const service::IdempotencyKey& key) {
  const std::lock_guard hold(exchange_.mutex);
  const auto known = exchange_.keys.find(name_of(key));
  if (known != exchange_.keys.end() && !known->second.outcome) exchange_.keys.erase(known);
  return {};
}

}  // namespace ztix::test
