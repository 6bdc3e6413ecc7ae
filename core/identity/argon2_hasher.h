#pragma once

/// @file core/identity/argon2_hasher.h
/// Passwords as argon2id PHC strings (RFC 9106), with a bound on how many run at once.

#include <cstdint>

#include "core/identity/place.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/password_hasher.h"

namespace ztix::identity {

/// Cost of one run. The default is above OWASP's minimum (19 MiB, 2 passes): 46 MiB in one pass costs an attacker's
/// memory rather than our time (38 ms measured on the reference machine).
struct Argon2Cost {
  std::uint32_t memory_kib = 47104;
  std::uint32_t passes = 1;
  std::uint32_t lanes = 1;
};

class Argon2Hasher final : public service::PasswordHasher {
 public:
  /// @param places  runs at the same time, 1–64; one more is refused at once with `rate_limited`, it never queues:
  ///                a queue of hashes is what an attacker wants.
  Argon2Hasher(service::RandomSource& random, int places, Argon2Cost cost = {});

  Result<std::string> hash(const SecretString& password) override;
  Result<service::PasswordVerdict> verify(const SecretString& password, const std::string& phc) override;
  Status waste_one_run(const SecretString& password) override;

 private:
  [[nodiscard]] bool is_weaker(const std::string& phc) const;
  Result<std::string> hash_with_salt(const SecretString& password, const std::string& salt) const;

  service::RandomSource& random_;
  Places places_;
  Argon2Cost cost_;
};

}  // namespace ztix::identity
