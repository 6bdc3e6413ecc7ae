#pragma once

/// @file lab/controller/member_record.h
/// The record of one member: how it begins, what a POST does to it and what happens when its node asks.

#include <cstdint>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::controller {

/// A member nobody has authorized. No identity and versions of -1: the node was never seen.
/// @param now_ms milliseconds since the epoch; becomes `creationTime`.
[[nodiscard]] nlohmann::json new_member(std::uint64_t now_ms);

/// Merges `wanted` into `member`, field by field. A `wanted` that is not an object changes nothing.
/// Authorizing never assigns an address: that happens when the node next asks (node_asked()).
/// @throws nlohmann::json::type_error if an entry of `ipAssignments` is not a string; answered with 500.
void update_member(nlohmann::json& member, const nlohmann::json& wanted, std::uint64_t now_ms);

/// What the controller writes when the member's node asks for its configuration: the identity, and once it is
/// authorized its version and, with automatic assignment on, one free IPv4 address of the pools.
/// @param taken the addresses of all members of the network, as a JSON array of strings.
void node_asked(nlohmann::json& member, const nlohmann::json& network, const nlohmann::json& taken);

}  // namespace ztix::lab::controller
