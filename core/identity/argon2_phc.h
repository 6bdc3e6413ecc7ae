#pragma once

/// @file core/identity/argon2_phc.h
/// An argon2id hash as text: `$argon2id$v=19$m=47104,t=1,p=1$<salt>$<hash>`, the form of the PHC string format that
/// argon2 itself writes and other programs read. Base64 of RFC 4648 §4 without padding.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ztix::identity {

/// Cost of one run. The default is above OWASP's minimum (19 MiB, 2 passes): 46 MiB in one pass costs an attacker's
/// memory rather than our time (29 ms measured on the reference machine).
struct Argon2Cost {
  std::uint32_t memory_kib = 47104;
  std::uint32_t passes = 1;
  std::uint32_t lanes = 1;
};

struct Argon2Phc {
  Argon2Cost cost;
  std::string salt;
  std::string hash;

  /// nullopt for everything that is no argon2id hash of version 19 with parameters in this order.
  static std::optional<Argon2Phc> parse(std::string_view text);
  [[nodiscard]] std::string text() const;
};

}  // namespace ztix::identity
