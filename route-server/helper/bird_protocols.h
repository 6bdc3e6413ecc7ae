#pragma once

/// @file route-server/helper/bird_protocols.h
/// `show protocols` and counts of routes, as `probe` and `nexthops` tell them. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "route-server/helper/answer.h"
#include "route-server/helper/bird_reply.h"

namespace ztix::helper {

/// From `show protocols all`: `protocol NAME TYPE STATE SINCE INFO…` for each, and for BGP `session NAME IMPORTED
/// FILTERED EXPORTED PREFERRED LIMITS LAST ERROR`, where a session that is not up counts nothing (`-`).
void say_protocols(const BirdReply& reply, Answer& answer);

/// From `show route table … count`: `roa TABLE COUNT`.
void say_roa_count(const BirdReply& reply, Answer& answer);

/// How many routes `show route … count` found: N of `N of M routes …`. nullopt when BIRD did not count.
[[nodiscard]] std::optional<std::string> first_count(const BirdReply& reply);

/// The names in `show protocols`.
[[nodiscard]] std::vector<std::string> protocol_names(const BirdReply& reply);

}  // namespace ztix::helper
