#pragma once

/// @file tests/support/fake_route_server_host.h
/// Route-server hosts in memory: the helper's rules over FakeBird. Held to the real helper's behaviour by
/// tests/contract/remote/route_server_host_contract.h.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/service/ports/route_server_host.h"
#include "tests/support/fake_bird.h"

namespace ztix::test {

/// One host: its disk, its BIRD, its link. Safe for several threads.
class FakeRouteServer {
 public:
  /// As route-server/install leaves it: BIRD runs the first boot file, revision 0.
  FakeRouteServer();

  // What happens to the host.
  void advance(std::chrono::milliseconds duration);
  void kill_bird();
  /// Boots what the boot file says.
  void start_bird();
  void set_reachable(bool reachable);
  void set_disk_full(bool full);
  /// The file of that digest gets another content.
  void corrupt(const std::string& digest);
  void establish(const std::string& protocol);
  void hit_limit(const std::string& protocol);
  /// BIRD takes no configuration any more and says this of its root; empty: it does again.
  void refuse_checks(const std::string& message);
  /// A person types `birdc enable` or `disable`.
  void switch_by_hand(const std::string& protocol, bool on);
  /// A person lets BIRD boot a file of their own.
  void boot_by_hand();
  [[nodiscard]] bool is_on(const std::string& protocol);
  /// A person types `birdc configure` with a file of their own.
  void configure_by_hand();
  /// Runs once, directly after the next arm has taken effect: what the new configuration does to the world.
  void after_next_arm(std::function<void(FakeBird&)> what) { after_next_arm_ = std::move(what); }
  void set_counters(const std::string& protocol, const service::SessionCounters& counters);
  void set_roa_count(const std::string& table, std::int64_t count);
  /// The next call of that verb: lost before it has an effect, or its answer is lost after it had.
  void lose_call(const std::string& verb) { lost_calls_.insert(verb); }
  void lose_answer(const std::string& verb) { lost_answers_.insert(verb); }

  // What a test may look at, past all rules.
  [[nodiscard]] domain::Revision running_revision();
  [[nodiscard]] std::string running_digest();
  [[nodiscard]] std::string boot_root();
  [[nodiscard]] bool is_armed();
  [[nodiscard]] std::int64_t fence();
  [[nodiscard]] std::vector<std::string> calls();  ///< verbs in the order they had effect
  [[nodiscard]] std::set<std::string> files();     ///< digests on disk

 private:
  friend class FakeRouteServerHost;
  friend class FakeRouteServerHosts;

  struct Armed {
    std::string root;
    std::string digest;
    std::vector<std::string> keep_disabled;
  };
  /// Reachable, admitted by installation and fence: then `effect` runs under the host's lock.
  template <class Effect>
  auto serve(const std::string& verb, const service::HostCredential& who, bool adopt, Effect effect)
      -> decltype(effect());
  Status admit(const std::string& verb, const service::HostCredential& who, bool adopt);
  [[nodiscard]] std::optional<std::string> read(const std::string& name) const;
  [[nodiscard]] FakeBirdConfig parsed(const std::string& root) const;
  Status intact(const std::string& root) const;
  Status need_running(const std::string& root, bool armed);
  void after_rollback();
  void keep_down();
  service::HostProbe probe();
  service::HostStatus status();
  Result<service::CheckVerdict> check(const std::string& root);
  Status arm(const std::string& root, std::chrono::seconds undo_after, const std::vector<std::string>& keep_disabled);
  Status confirm(const std::string& root);
  Status undo(const std::string& root);
  Status persist(const std::string& root);
  std::vector<std::string> put(const std::vector<std::string>& contents);
  int gc();
  [[nodiscard]] std::set<std::string> needed() const;

  std::mutex mutex_;
  bool reachable_ = true;
  bool disk_full_ = false;
  std::optional<std::string> installation_;
  std::int64_t fence_ = 0;
  std::map<std::string, std::string> files_;  ///< digest -> content
  std::vector<std::string> root_order_;       ///< newest last
  std::string boot_;
  FakeBird bird_;
  std::optional<Armed> armed_;
  std::set<std::string> held_;
  std::set<std::pair<std::string, std::string>> checked_;  ///< root, start of the BIRD that accepted it
  std::string rolled_back_;
  std::string refusal_;
  std::function<void(FakeBird&)> after_next_arm_;
  std::set<std::string> lost_calls_;
  std::set<std::string> lost_answers_;
  std::vector<std::string> calls_;
};

/// The port over hosts that a test made; the endpoint's name chooses.
class FakeRouteServerHosts final : public service::RouteServerHosts {
 public:
  FakeRouteServer& add(const std::string& name);
  FakeRouteServer& at(const std::string& name) { return *servers_.at(name); }

  Result<std::shared_ptr<service::RouteServerHost>> connect(const service::RouteServerEndpoint& endpoint) override;
  Result<std::shared_ptr<service::RouteServerHost>> connect_fresh(
      const service::RouteServerEndpoint& endpoint) override;
  Result<std::string> scan_host_key(const std::string& host, std::uint16_t port) override;

 private:
  std::map<std::string, std::shared_ptr<FakeRouteServer>> servers_;
};

}  // namespace ztix::test
