#pragma once

/// @file core/service/apply_judgement.h
/// A8's verdict, as a pure function: did arming do harm?

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/domain/config_snapshot.h"
#include "core/render/bird_config.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// A configuration with what it was rendered from.
struct AppliedConfig {
  domain::ConfigSnapshot snapshot;
  render::RenderedConfig rendered;
};

/// Names of the BGP protocols that one membership has in this snapshot.
[[nodiscard]] std::vector<std::string> session_names(const domain::ConfigSnapshot& snapshot,
                                                     const domain::MembershipConfig& membership);

/// Whom an error is about, for people: `AS64496, router 1`.
[[nodiscard]] std::string member_name(const domain::MembershipConfig& membership);

/// What a change from one configuration to another may and may not do to the protocols on the host.
struct ApplyExpectation {
  std::set<std::string> untouched;  ///< same object before and after: must stay Established if they were
  std::set<std::string> present;    ///< must exist afterwards
  std::set<std::string> gone;       ///< must not exist afterwards
};

/// @param before  nullopt when nothing of ours was confirmed there yet: then nothing is untouched.
[[nodiscard]] ApplyExpectation expectation(const std::optional<AppliedConfig>& before, const AppliedConfig& after);

/// Share of the ROAs that must still be there, of those that were: a cache that went away shows within a second.
inline constexpr double kLeastRoaShare = 0.95;

/// The first harm found, in words for an administrator; nullopt when the new configuration does what it should.
[[nodiscard]] std::optional<std::string> harm_done(const ApplyExpectation& expected, const HostProbe& before,
                                                   const HostProbe& after);

}  // namespace ztix::service
