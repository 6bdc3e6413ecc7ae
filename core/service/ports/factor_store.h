#pragma once

/// @file core/service/ports/factor_store.h
/// Second factors, recovery codes and one-time codes. What may happen once is decided here, also between parallel
/// calls.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/service/ports/actor.h"
#include "core/service/ports/passkey.h"

namespace ztix::service {

enum class FactorKind : std::uint8_t { totp, passkey };
inline constexpr std::array kFactorKinds{FactorKind::totp, FactorKind::passkey};
[[nodiscard]] constexpr std::string_view to_string(FactorKind kind) noexcept {
  constexpr std::array<std::string_view, kFactorKinds.size()> kNames{"totp", "passkey"};
  return kNames[static_cast<std::size_t>(kind)];
}

/// What a one-time code is good for. There is at most one of each for a user: the newest.
enum class CodePurpose : std::uint8_t { enrolment, password_reset };
inline constexpr std::array kCodePurposes{CodePurpose::enrolment, CodePurpose::password_reset};
[[nodiscard]] constexpr std::string_view to_string(CodePurpose purpose) noexcept {
  constexpr std::array<std::string_view, kCodePurposes.size()> kNames{"enrolment", "password_reset"};
  return kNames[static_cast<std::size_t>(purpose)];
}

struct Factor {
  Uuid id;
  Uuid user_id;
  FactorKind kind = FactorKind::totp;
  std::string label;          ///< what its owner calls it, 1–64 characters
  std::string sealed_secret;  ///< of a TOTP factor: encrypted; the store cannot read it
  std::optional<Passkey> passkey;
  bool confirmed = false;  ///< false: begun, and not one that counts
  std::optional<Timestamp> last_used_at;
  Timestamp created_at{};
};

/// An authenticator app (RFC 6238).
struct NewTotp {
  Uuid user_id;
  std::string label;
  std::string sealed_secret;
};

struct NewPasskey {
  Uuid user_id;
  std::string label;
  Passkey passkey;
};

/// A factor that is begun and not confirmed is forgotten after so long.
inline constexpr std::chrono::seconds kEnrolmentTime{900};

/// Every change is audited in its transaction. Where it says so, all logins of the user end: their epoch rises.
class FactorStore {
 public:
  virtual ~FactorStore() = default;

  /// Oldest first: those that count, and the one that is being set up.
  virtual Result<std::vector<Factor>> factors(const Uuid& user) = 0;
  /// Takes the place of one that was begun before.
  virtual Result<Factor> begin(const NewTotp& factor, const Actor& actor) = 0;
  /// The one that was begun counts from now on, its code of `step` included; enrolment codes are used up; logins end.
  /// @param first_recovery  digests of recovery codes, which replace those there are; empty = they stay.
  /// @return `not_found` (`no_enrolment`) when none of that id is begun, or it took too long.
  virtual Status confirm(const Uuid& user, const Uuid& factor, std::int64_t step,
                         const std::vector<std::string>& first_recovery, const Actor& actor) = 0;
  /// One that counts at once, given by who runs the exchange; logins end.
  virtual Result<Factor> add(const NewTotp& factor, const Actor& actor) = 0;
  /// A passkey that was just shown counts at once; enrolment codes are used up; logins end.
  /// @param first_recovery  as of `confirm`.
  /// @return `conflict` (`known_passkey`) when it is somebody's already.
  virtual Result<Factor> add_passkey(const NewPasskey& passkey, const std::vector<std::string>& first_recovery,
                                     const Actor& actor) = 0;
  /// With the last one its recovery codes go; logins end. `not_found` (`unknown_factor`).
  virtual Status remove(const Uuid& user, const Uuid& factor, const Actor& actor) = 0;

  /// True for one caller only, and for no step before it afterwards.
  virtual Result<bool> accept_step(const Uuid& user, const Uuid& factor, std::int64_t step, const Actor& actor) = 0;
  /// The same for a passkey that counts its signatures; one that does not is always right with 0.
  virtual Result<bool> accept_count(const Uuid& user, const Uuid& factor, std::uint32_t sign_count,
                                    const Actor& actor) = 0;
  /// True for one caller only.
  virtual Result<bool> use_recovery_code(const Uuid& user, const std::string& digest, const Actor& actor) = 0;
  virtual Status replace_recovery_codes(const Uuid& user, const std::vector<std::string>& digests,
                                        const Actor& actor) = 0;
  virtual Result<int> recovery_codes_left(const Uuid& user) = 0;

  /// @param digest  SHA-256 of the code, in hexadecimal digits.
  virtual Status put_code(const Uuid& user, CodePurpose purpose, const std::string& digest,
                          std::chrono::seconds good_for, const Actor& actor) = 0;
  /// Would be taken now; uses nothing up.
  virtual Result<bool> is_good_code(const Uuid& user, CodePurpose purpose, const std::string& digest) = 0;
  /// A new password for a code: once, and logins end. False when the code is wrong, used or too old.
  virtual Result<bool> reset_password(const Uuid& user, const std::string& digest, const std::string& password_hash,
                                      const Actor& actor) = 0;
  /// Ends all logins of a user. `not_found` (`unknown_user`).
  virtual Status end_logins(const Uuid& user, const Actor& actor) = 0;
};

}  // namespace ztix::service
