#pragma once

/// @file lab/peeringdb/faults.h
/// What a test makes go wrong, switched by POST /admin/faults and never by PeeringDB's own addresses.

#include <map>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/base/guarded.h"

namespace ztix::lab::peeringdb {

/// Empty words are no fault. All of them stay until the next POST /admin/faults.
struct FaultPlan {
  /// By the fault name of an address (discovery, jwks, authorize, token, profile, and those of the API):
  /// `rate_limited`, `server_error`, `time_out`, `not_json`, `huge` (more than 1 MB), `redirect` (to another host).
  std::map<std::string, std::string> endpoints;
  /// What is wrong with the next ID tokens: `wrong_nonce`, `missing_nonce`, `expired`, `bad_signature`, `alg_none`,
  /// `alg_hs256` (signed with the public key as the secret), `wrong_aud`, `wrong_iss`, `missing_sub`, `unknown_kid`.
  std::string id_token;
  /// `iss` in the callback (RFC 9207): `wrong` or `missing`.
  std::string callback_iss;
  /// What discovery says about that parameter.
  bool advertise_iss = true;
  /// `networks` of the profile: `missing`, `empty`, `malformed` (no list), `malformed_item`.
  std::string networks;
  bool unverified_user = false;
  bool unverified_email = false;
  /// The profile is somebody else's than the ID token.
  bool other_profile = false;
};

/// @throws std::invalid_argument for a field or a word that it does not know: a mistyped fault would prove nothing.
[[nodiscard]] FaultPlan plan_from(const nlohmann::json& wanted);

using Faults = Guarded<FaultPlan>;

}  // namespace ztix::lab::peeringdb
