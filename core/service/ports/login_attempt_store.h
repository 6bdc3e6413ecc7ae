#pragma once

/// @file core/service/ports/login_attempt_store.h
/// Logins through somebody else that have begun. They live in Redis and may be lost: then people begin again.

#include <chrono>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/base/time.h"

namespace ztix::service {

/// How long an answer to a begun login is taken.
inline constexpr std::chrono::minutes kLoginAttemptLifetime{10};
/// Late answers are still known for so long in all, so that people hear "too late" and not "never heard of it".
inline constexpr std::chrono::minutes kLoginAttemptMemory{30};

struct LoginAttempt {
  /// SHA-256 of what only the browser that began it has.
  std::string browser_hash;
  std::string nonce;
  SecretString code_verifier;
  std::string next_path;
  Timestamp began_at{};
};

/// Only the SHA-256 of the state is stored. All calls: `unavailable` when the store is gone.
class LoginAttemptStore {
 public:
  virtual ~LoginAttemptStore() = default;
  virtual Status put(const std::string& state, const LoginAttempt& attempt) = 0;
  /// Of all who ask at the same time, one gets it; nullopt for the others, for an unknown state, and for one that is
  /// older than kLoginAttemptMemory.
  virtual Result<std::optional<LoginAttempt>> take(const std::string& state) = 0;
};

}  // namespace ztix::service
