#pragma once

/// @file tests/support/fake_idempotency_store.h
/// Idempotency keys in memory; time is the exchange's `now`.

#include "tests/support/fake_exchange.h"

namespace ztix::test {

class FakeIdempotencyStore final : public service::IdempotencyStore {
 public:
  explicit FakeIdempotencyStore(FakeExchange& exchange) : exchange_(exchange) {}

  Result<std::optional<service::IdempotentOutcome>> begin(const service::IdempotencyKey& key,
                                                          const std::string& body_sha256) override;
  Status finish(const service::IdempotencyKey& key, const service::IdempotentOutcome& outcome) override;
  Status release(const service::IdempotencyKey& key) override;

 private:
  FakeExchange& exchange_;
};

}  // namespace ztix::test
