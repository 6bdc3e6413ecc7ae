#pragma once

/// @file tests/faults/root_watch.h
/// Which roots a route server ran, sampled all the time this object lives.

#include <set>
#include <string>
#include <thread>

#include "core/base/guarded.h"
#include "tests/e2e/lab.h"

namespace ztix::faults {

class RootWatch {
 public:
  RootWatch(const test::Lab& lab, std::string route_server);
  RootWatch(const RootWatch&) = delete;
  RootWatch& operator=(const RootWatch&) = delete;
  ~RootWatch() = default;

  /// @param digest  as BIRD answers it.
  [[nodiscard]] bool has_seen(const std::string& digest) const;

 private:
  void run(const std::stop_token& stop, const test::Lab& lab, const std::string& route_server);
  Guarded<std::set<std::string>> seen_;
  std::jthread thread_;
};

/// The digest of the root that a route server runs; empty when BIRD does not answer.
[[nodiscard]] std::string running_digest(const test::Lab& lab, const std::string& route_server);

}  // namespace ztix::faults
