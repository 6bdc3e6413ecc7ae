#pragma once

/// @file core/identity/peeringdb_profile.h
/// PeeringDB's `profile/v1`.

#include <optional>
#include <string>
#include <string_view>

#include "core/service/ports/identity_provider.h"

namespace ztix::identity {

/// The permission bit that says "may edit this network". Its value is the same in PeeringDB's documentation and in its
/// code, which disagree about the others.
inline constexpr std::uint64_t kUpdatePermission = 2;

/// Fills everything but the issuer; `subject` is the `id` of the profile as text.
/// @return nullopt for what is no profile at all.
[[nodiscard]] std::optional<service::ProvenIdentity> parse_profile(std::string_view text);

}  // namespace ztix::identity
