#pragma once

/// @file route-server/helper/stamps.h
/// "This root passed with this running BIRD": a restarted or upgraded BIRD must check again.

#include <string>

#include "route-server/helper/state_folder.h"

namespace ztix::helper {

struct Stamp {
  std::string root;          ///< its file digest
  std::string bird_version;  ///< as BIRD says it
  std::string bird_started;  ///< BirdSocket::started()
};

/// Keeps the newest eight. False on a full disk.
[[nodiscard]] bool note_stamp(const StateFolder& folder, const Stamp& stamp);
[[nodiscard]] bool is_stamped(const StateFolder& folder, const Stamp& stamp);

}  // namespace ztix::helper
