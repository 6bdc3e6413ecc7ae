#pragma once

/// @file lab/controller/hook_runner.h
/// Tells the lab's data plane what the controller has decided.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::controller {

/// Runs `COMMAND NODE authorized|deauthorized ADDRESS…` (no shell; ZTIX_NETWORK_ID in the environment) after each
/// change of a member, one at a time and in the order of the changes. Changes of one member that wait are coalesced:
/// only the newest state is told. A command that fails is reported on standard error and not repeated.
class HookRunner {
 public:
  explicit HookRunner(std::string command);
  /// Ends after the command that runs; what still waits is dropped: the next start tells everything again.
  ~HookRunner();
  HookRunner(const HookRunner&) = delete;
  HookRunner& operator=(const HookRunner&) = delete;

  /// @param member the record, or nullptr if it is gone (told as deauthorized without addresses).
  void submit(std::uint64_t network, std::uint64_t node, const nlohmann::json* member);

 private:
  using Key = std::pair<std::uint64_t, std::uint64_t>;

  void run();
  void call(const Key& key, const std::vector<std::string>& state) const;

  const std::string command_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Key> order_;
  std::map<Key, std::vector<std::string>> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace ztix::lab::controller
