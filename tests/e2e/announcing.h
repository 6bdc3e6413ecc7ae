#pragma once

/// @file tests/e2e/announcing.h
/// What the lab's own members announce, and what reaches them.

#include <string>
#include <vector>

#include "tests/e2e/lab.h"

namespace ztix::test {

/// A member announces these prefixes beside its own for as long as this object lives.
class Announcing {
 public:
  Announcing(const Lab& lab, std::string node, const std::vector<std::string>& prefixes);
  ~Announcing() { announce(own_); }
  Announcing(const Announcing&) = delete;
  Announcing& operator=(const Announcing&) = delete;

 private:
  void announce(const std::string& text) const;
  const Lab& lab_;
  std::string node_;
  std::string path_;
  std::string own_;
};

/// How many routes a member has by way of one session with a route server.
/// @param session  as the member's settings name it, e.g. `ztix_rs1_v4`.
[[nodiscard]] int count_routes(const Lab& lab, const std::string& node, const std::string& session);

}  // namespace ztix::test
