#pragma once

/// @file route-server/helper/bird_status.h
/// What BIRD runs: read from its answers to four commands. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "route-server/helper/bird_reply.h"

namespace ztix::helper {

/// In words, as they are answered; times as BIRD prints them (its `timeformat` decides), blanks replaced by `T`.
struct BirdStatus {
  bool armed = false;
  std::string left = "0";  ///< seconds with a fraction, until BIRD undoes what is armed
  bool changing = false;   ///< a reconfiguration is in progress
  std::string digest = "none";
  std::string revision = "none";
  std::string version = "-";
  std::string router_id = "-";
  std::string last_reconfigured = "-";
  std::string server_time = "-";
};

/// The commands that read_status() wants the answers to.
[[nodiscard]] const std::vector<std::string>& observing();

[[nodiscard]] BirdStatus read_status(const BirdReplies& replies);

}  // namespace ztix::helper
