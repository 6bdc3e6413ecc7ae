#pragma once

/// @file core/fabric/wanted_state.h
/// Comparing what a controller says with what the exchange wants.

#include <string>
#include <vector>

#include "core/fabric/controller_api.h"

namespace ztix::fabric {

/// 1500 bytes: what the members' routers expect of an exchange's LAN.
inline constexpr std::uint64_t kWantedMtu = 1500;
/// Below this ARP and neighbour discovery starve; 0 kills them.
inline constexpr std::uint64_t kLeastMulticastLimit = 32;

/// The names of the settings that differ, in words for people; empty = as wanted. Order of routes does not matter.
[[nodiscard]] std::vector<std::string> differences(const NetworkFacts& found, const service::WantedNetwork& wanted);

/// True if the record grants exactly what is wanted: authorization, addresses (in any order and spelling), no automatic
/// ones, no bridging, no tags or capabilities.
[[nodiscard]] bool is_as_wanted(const MemberFacts& found, const WantedMember& wanted);

/// The member for the services; addresses that are none are left out.
/// nullopt if the id is not one a node can have.
[[nodiscard]] std::optional<service::FabricMember> fabric_member(const MemberFacts& facts);

}  // namespace ztix::fabric
