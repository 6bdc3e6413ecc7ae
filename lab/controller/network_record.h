#pragma once

/// @file lab/controller/network_record.h
/// The record of one network: how it begins and what a POST does to it.

#include <cstdint>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::controller {

/// A network nobody has configured: private, MTU 2800, one ACCEPT rule, no address assignment.
/// @param now_ms milliseconds since the epoch; becomes `creationTime`.
[[nodiscard]] nlohmann::json new_network(std::uint64_t now_ms);

/// Merges the top level of `wanted` into `network`; what is left out stays, arrays and sub-objects are replaced.
/// A `wanted` that is not an object changes nothing. Entries that do not parse are dropped in silence.
void update_network(nlohmann::json& network, const nlohmann::json& wanted);

}  // namespace ztix::lab::controller
