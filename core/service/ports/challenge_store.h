#pragma once

/// @file core/service/ports/challenge_store.h
/// Challenges that passkeys have to sign. They live in Redis and may be lost: then people begin again.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/uuid.h"

namespace ztix::service {

/// How long a challenge is good for: what browsers give people by default (Web Authentication Level 2, §15.1).
inline constexpr std::chrono::seconds kChallengeTime{300};

/// A signature for one purpose is none for another.
enum class ChallengePurpose : std::uint8_t { registration, verification };
inline constexpr std::array kChallengePurposes{ChallengePurpose::registration, ChallengePurpose::verification};
[[nodiscard]] constexpr std::string_view to_string(ChallengePurpose purpose) noexcept {
  constexpr std::array<std::string_view, kChallengePurposes.size()> kNames{"registration", "verification"};
  return kNames[static_cast<std::size_t>(purpose)];
}

struct Challenge {
  std::string bytes;
  std::string label;  ///< what the owner calls the passkey that is being registered; empty otherwise
};

/// One for each session and purpose, the newest. All calls: `unavailable` when the store is gone.
class ChallengeStore {
 public:
  virtual ~ChallengeStore() = default;
  /// @param session  Session::id, which changes with every rotation: a challenge dies with its session.
  virtual Status put(const Uuid& session, ChallengePurpose purpose, const Challenge& challenge) = 0;
  /// Of all who ask at the same time, one gets it; nullopt for the others and after kChallengeTime.
  virtual Result<std::optional<Challenge>> take(const Uuid& session, ChallengePurpose purpose) = 0;
};

}  // namespace ztix::service
