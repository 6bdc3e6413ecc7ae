#pragma once

/// @file core/service/ports/idempotency_store.h
/// `Idempotency-Key`: a repeated POST finds what the first one did (24 h).

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// What the first call with this key left behind.
struct IdempotentOutcome {
  int status = 0;           ///< HTTP status
  std::string resource_id;  ///< UUID of the request it made or changed; empty when there is none
  std::string error_body;   ///< the envelope of a 4xx answer, replayed as it was
};

class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;
  /// Takes the key. nullopt = it is ours, go on; a value = replay it.
  /// `conflict` (`in_progress`) while another call holds it; `out_of_range` (`idempotency_mismatch`) for another body.
  /// A holder that died gives the key free after 60 s.
  virtual Result<std::optional<IdempotentOutcome>> begin(const IdempotencyKey& key, const std::string& body_sha256) = 0;
  /// Stores an answer that was not written with a change (4xx). 5xx: call `release` instead.
  virtual Status finish(const IdempotencyKey& key, const IdempotentOutcome& outcome) = 0;
  virtual Status release(const IdempotencyKey& key) = 0;
};

}  // namespace ztix::service
