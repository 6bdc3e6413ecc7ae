#pragma once

/// @file core/service/ports/password_hasher.h

#include <string>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::service {

struct PasswordVerdict {
  bool matches = false;
  bool needs_rehash = false;  ///< parameters have risen since it was stored
};

/// argon2id with bounded concurrency: hashing is the surface for denial of service (one run costs 20–100 ms of a core).
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// @return a PHC string, or `rate_limited` when all places are taken.
  virtual Result<std::string> hash(const SecretString& password) = 0;
  /// `rate_limited` when all places are taken.
  virtual Result<PasswordVerdict> verify(const SecretString& password, const std::string& phc) = 0;
  /// Costs what a verification costs, for unknown user names.
  virtual Status waste_one_run(const SecretString& password) = 0;
};

}  // namespace ztix::service
