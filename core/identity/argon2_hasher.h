#pragma once

/// @file core/identity/argon2_hasher.h
/// Passwords as argon2id PHC strings (RFC 9106), with a bound on how many run at once.

#include <cstddef>

#include "core/identity/argon2_memory.h"
#include "core/identity/argon2_phc.h"
#include "core/identity/place.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/password_hasher.h"

namespace ztix::identity {

class Argon2Hasher final : public service::PasswordHasher {
 public:
  /// @param places  runs at the same time, 1–64; one more is refused at once with `rate_limited`, it never queues:
  ///                a queue of hashes is what an attacker wants.
  Argon2Hasher(service::RandomSource& random, int places, Argon2Cost cost = {});

  Result<std::string> hash(const SecretString& password) override;
  Result<service::PasswordVerdict> verify(const SecretString& password, const std::string& phc) override;
  Status waste_one_run(const SecretString& password) override;

 private:
  [[nodiscard]] bool is_weaker(const Argon2Cost& other) const;
  Result<std::string> hashed(const SecretString& password, const Argon2Cost& cost, std::string salt,
                             std::size_t length);

  service::RandomSource& random_;
  Places places_;
  Argon2Memory memory_;
  Argon2Cost cost_;
};

}  // namespace ztix::identity
