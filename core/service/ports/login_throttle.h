#pragma once

/// @file core/service/ports/login_throttle.h
/// How often a password, a second factor or a token may be guessed. It lives in Redis and fails closed: when it is
/// gone, nothing is checked.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ztix::service {

/// What is guessed; each kind has counters of its own. The two of PeeringDB are steps of a login there: nothing in them
/// can be guessed, but each costs a call to PeeringDB or a place in the store.
enum class GuessKind : std::uint8_t { password, second_factor, api_token, peeringdb_start, peeringdb_callback };

inline constexpr std::array kGuessKinds{GuessKind::password, GuessKind::second_factor, GuessKind::api_token,
                                        GuessKind::peeringdb_start, GuessKind::peeringdb_callback};

[[nodiscard]] constexpr std::string_view to_string(GuessKind kind) noexcept {
  constexpr std::array<std::string_view, kGuessKinds.size()> kNames{"password", "second_factor", "api_token",
                                                                    "peeringdb_start", "peeringdb_callback"};
  return kNames[static_cast<std::size_t>(kind)];
}

/// One attempt, before anything is checked.
struct Guess {
  GuessKind kind = GuessKind::password;
  /// Whose: as it was typed, or a user's id. Empty when a guess names no account. Only a keyed hash of it is kept:
  /// people type passwords into the field for their name.
  std::string account;
  std::string address_block;
};

/// The /24 (IPv4) or /48 (IPv6) of an address: a /48 is what one customer gets (RFC 6177), and who has one may use any
/// address in it. Text that is no address (of a local socket) is a block of its own.
[[nodiscard]] std::string address_block(const std::string& address);

/// One counter: so many failures without a pause, then a pause that doubles with each further failure.
struct Allowance {
  int free = 5;
  std::chrono::milliseconds first{1'000};
  std::chrono::milliseconds longest{900'000};
  /// From so many failures in a row on, one guess per `rare`: SP 800-63B allows 100 before a person has to act, but a
  /// lock without an end would be a lock that strangers can set.
  int many = 100;
  std::chrono::milliseconds rare{86'400'000};
  /// Failures are forgotten so long after the last pause.
  std::chrono::milliseconds memory{86'400'000};

  /// The pause after the `failures`-th failure in a row.
  [[nodiscard]] std::chrono::milliseconds pause_after(int failures) const noexcept;
};

struct ThrottlePolicy {
  Allowance account;
  /// Many people may sit behind one block. Their failures are not one person's, so no rule for `many`.
  Allowance block{.free = 20, .many = 1'000'000'000};
  /// An account has an allowance of its own in blocks where it was right within so long.
  std::chrono::milliseconds usual{std::chrono::days(30)};
};

/// For the steps of a login through PeeringDB: many people begin one, think again and close the page.
inline constexpr ThrottlePolicy kPeeringDbThrottle{
    .account = {},
    .block = {.free = 60, .longest = std::chrono::minutes(1), .many = 1'000'000'000, .memory = std::chrono::hours(1)}};

/// Whether a guess may be checked. One that may counts as wrong from now on, so that a thousand at the same time are no
/// way around; tell the throttle when it was right or never checked.
struct GuessVerdict {
  bool admitted = false;
  /// Of this account in this block only: what strangers did elsewhere did not count.
  bool from_usual_place = false;
  std::string ticket;
  /// Admitted: how many guesses were refused here since the last one that was admitted, so that a flood leaves its
  /// number and not a row for each.
  std::int64_t refused_before = 0;
  /// Refused: how long the pause lasts, and whether this is the first guess that it refuses.
  std::chrono::milliseconds retry_after{0};
  bool first_refusal = false;
};

/// All calls: `unavailable` when it is gone. Each call is one atomic step.
class LoginThrottle {
 public:
  virtual ~LoginThrottle() = default;
  virtual Result<GuessVerdict> begin(const Guess& guess) = 0;
  /// It was right: its failures are forgotten where it was counted, and this block is a usual place of the account from
  /// now on. The block's other failures stay: an own account must be no way to clear them.
  virtual Status was_right(const Guess& guess, const GuessVerdict& verdict) = 0;
  /// It was not checked after all, e.g. because all places for password checks are taken.
  virtual Status was_not_checked(const Guess& guess, const GuessVerdict& verdict) = 0;
};

}  // namespace ztix::service
