#pragma once

/// @file core/store/decoded_memberships.h
/// Memberships that were read before. A snapshot has all of an exchange, and from one to the next hardly any changes.

#include <mutex>
#include <string>
#include <unordered_map>

#include "core/store/config_content.h"

namespace ztix::store {

/// decode_membership() with a memory. It goes by the whole text and not by a row's id, so it cannot be out of date:
/// a database that was put back to an older backup gives the same ids to other objects. Threads may share one.
class DecodedMemberships {
 public:
  /// @param most_text  of all texts remembered together, in bytes; beyond that it forgets them all and begins anew.
  explicit DecodedMemberships(std::size_t most_text = kMostText) : most_text_(most_text) {}

  /// @return as decode_membership(); an error is not remembered.
  [[nodiscard]] Result<domain::MembershipConfig> decode(const std::string& text);

 private:
  static constexpr std::size_t kMostText = 64UL << 20U;

  std::size_t most_text_;
  std::mutex mutex_;
  std::unordered_map<std::string, domain::MembershipConfig> by_text_;
  std::size_t text_ = 0;
};

}  // namespace ztix::store
