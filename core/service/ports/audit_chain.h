#pragma once

/// @file core/service/ports/audit_chain.h
/// The chain over the audit log, and the signed statement how far it goes. What it proves and what not: docs/audit.md.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret_string.h"
#include "core/digest/digest.h"
#include "core/digest/ed25519.h"

namespace ztix::service {

/// One link. `hmac` is of the link before, and of the row it seals.
struct Seal {
  std::int64_t seq = 0;  ///< 1 is the first; 0 stands before it
  digest::Sha256 hmac{};
};

/// Where the chain stood at a time, signed: who has this line knows that so much was sealed.
struct AuditHead {
  Seal seal;
  std::string at;  ///< RFC 3339
};

/// The two keys that are made of the secret in ZTIX_AUDIT_KEY_FILE. Used by one thread at a time.
class AuditChain {
 public:
  explicit AuditChain(const SecretString& key);

  /// The link behind `before` for a row.
  /// @param complete_since  what was committed before this time was sealed before; empty: not known.
  /// @param canonical       all that the row says, as PostgreSQL writes it (sql/queries/seal.sql).
  [[nodiscard]] Seal next(const Seal& before, std::string_view complete_since, std::string_view canonical) const;

  /// One line without its end: `ztix-audit-head SEQ HMAC TIME SIGNATURE`, both last in lower-case hex digits; what is
  /// signed is all before the last space.
  [[nodiscard]] std::string line_of(const AuditHead& head) const;
  /// nullopt for what is no such line, or was signed with another key.
  [[nodiscard]] std::optional<AuditHead> read_line(std::string_view line) const;

  /// For whoever shall check heads and not make them, as PEM.
  [[nodiscard]] std::string public_key_pem() const { return signing_.public_key_pem(); }

 private:
  digest::HmacSha256 hmac_;
  digest::Ed25519Key signing_;
};

}  // namespace ztix::service
