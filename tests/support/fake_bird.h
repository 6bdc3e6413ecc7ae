#pragma once

/// @file tests/support/fake_bird.h
/// BIRD as far as an apply can tell: what runs, what is armed, what comes back on an undo. In memory, time by hand.
///
/// Modelled on 2.0.12 as measured: a timed configuration is undone when its time is up; undo works once; every
/// configure and every undo starts protocols that were switched off by hand meanwhile.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/service/ports/route_server_host.h"

namespace ztix::test {

/// Reads a stored file by its name, e.g. `object-<digest>.conf`; nullopt when it is not there.
using FakeFiles = std::function<std::optional<std::string>(const std::string& name)>;

/// One parsed configuration.
struct FakeBirdConfig {
  struct Protocol {
    std::string type;
    std::string text;  ///< equal text = not restarted by a configure
    bool disabled = false;
  };
  std::int64_t revision = 0;
  std::string digest;
  std::map<std::string, Protocol> protocols;
  std::vector<std::string> roa_tables;
};

class FakeBird {
 public:
  /// Reads a root and what it includes. The verdict is BIRD's in spirit: file, line and words of the first error.
  static service::CheckVerdict parse(const std::string& root_file, const FakeFiles& files, FakeBirdConfig& config);

  void start(FakeBirdConfig config);
  void kill();
  [[nodiscard]] bool is_up() const { return up_; }

  /// Time passes; an armed configuration whose time is up is undone.
  void advance(std::chrono::milliseconds duration);
  void configure(FakeBirdConfig config, std::optional<std::chrono::milliseconds> undo_after);
  /// Reply 0018 or 0019.
  bool confirm();
  void undo();
  /// @return false when there is no such protocol.
  bool switch_protocol(const std::string& name, bool on);

  /// The session is up when the protocol is enabled, and has been for an hour.
  void establish(const std::string& protocol);
  /// It announces more than its limit: BIRD switches it off and remembers why.
  void hit_limit(const std::string& protocol);
  /// The session goes down, its protocol stays.
  void lose(const std::string& protocol);
  /// What the session's routes are counted as while it is up.
  void set_counters(const std::string& protocol, const service::SessionCounters& counters);
  /// So many of the routes the session is given have a next hop they did not come with.
  void set_foreign_next_hops(const std::string& protocol, std::int64_t count) { foreign_next_hops_[protocol] = count; }
  [[nodiscard]] std::int64_t foreign_next_hops(const std::string& protocol) const;
  void set_roa_count(const std::string& table, std::int64_t count) { roa_counts_[table] = count; }

  /// The next so many looks find it reconfiguring.
  void stay_busy(int looks) { busy_looks_ = looks; }
  [[nodiscard]] bool is_busy() { return busy_looks_ > 0 && busy_looks_-- > 0; }

  [[nodiscard]] bool is_armed() const { return undo_in_.has_value(); }
  [[nodiscard]] std::chrono::milliseconds undo_in() const { return undo_in_.value_or(std::chrono::milliseconds{0}); }
  [[nodiscard]] const FakeBirdConfig& running() const { return running_; }
  [[nodiscard]] std::string started() const { return "start-" + std::to_string(starts_); }
  [[nodiscard]] std::string last_reconfigured() const { return stamp(reconfigured_); }
  [[nodiscard]] std::string now() const { return stamp(now_); }
  [[nodiscard]] std::vector<service::ProtocolStatus> protocols() const;
  [[nodiscard]] std::map<std::string, std::int64_t> roa_counts() const;

 private:
  struct Live {
    bool on = true;
    bool established = false;
    bool limit_hit = false;
    std::chrono::milliseconds since{0};
    service::SessionCounters counters{};
  };
  [[nodiscard]] static std::string stamp(std::chrono::milliseconds at);
  void run(FakeBirdConfig config);

  bool up_ = false;
  int busy_looks_ = 0;
  int starts_ = 0;
  std::chrono::milliseconds now_ = std::chrono::hours(24);
  std::chrono::milliseconds reconfigured_{0};
  FakeBirdConfig running_;
  std::optional<FakeBirdConfig> former_;
  std::optional<std::chrono::milliseconds> undo_in_;
  std::map<std::string, Live> live_;
  std::map<std::string, std::int64_t> roa_counts_;
  std::map<std::string, std::int64_t> foreign_next_hops_;
};

}  // namespace ztix::test
