#pragma once

/// @file core/service/apply_judgement.h
/// A8's verdict, as a pure function: did arming do harm? It asks for causes: what a member does by itself meanwhile is
/// no harm, and what the forecast announces is none either.

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/domain/config_snapshot.h"
#include "core/render/bird_config.h"
#include "core/service/forecast.h"
#include "core/service/ports/forecast_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

/// A configuration with what it was rendered from.
struct AppliedConfig {
  domain::ConfigSnapshot snapshot;
  render::RenderedConfig rendered;
};

/// Names of the BGP protocols that one membership has in this snapshot.
[[nodiscard]] std::vector<std::string> session_names(const domain::ConfigSnapshot& snapshot,
                                                     const domain::MembershipConfig& membership);

/// Whom an error is about, for people: `AS64496, router 1`.
[[nodiscard]] std::string member_name(const domain::MembershipConfig& membership);

enum class HarmKind : std::uint8_t {
  session_missing,   ///< wanted, and BIRD has no such protocol
  session_left,      ///< removed, and still there
  session_not_down,  ///< shall be down, and is not
  session_disabled,  ///< shall be up, and the configuration itself switches it off
  session_broken,    ///< new, and its own configuration is what keeps it down
  session_lost,      ///< was up for long, the change does not touch it, and it is down or was started anew
  filtered_grew,     ///< more of a member's routes are refused
  exported_fell,     ///< a member is given fewer routes
  totals_moved,      ///< all routes together are fewer or more than before
  roas_moved,        ///< origin validation lost its data, or has far more
  wrong_next_hop,    ///< routes are given with a next hop that is not the member they came from
};
inline constexpr std::array kHarmKinds{HarmKind::session_missing,  HarmKind::session_left,   HarmKind::session_not_down,
                                       HarmKind::session_disabled, HarmKind::session_broken, HarmKind::session_lost,
                                       HarmKind::filtered_grew,    HarmKind::exported_fell,  HarmKind::totals_moved,
                                       HarmKind::roas_moved,       HarmKind::wrong_next_hop};
[[nodiscard]] std::string_view to_string(HarmKind kind) noexcept;

struct Harm {
  HarmKind kind;
  std::string message;  ///< for an administrator
};

struct JudgementRules {
  /// Only sessions that were up for so long before say anything when they go down.
  std::chrono::milliseconds steady_after{60'000};
  /// BIRD works `since` out anew for each answer, and shows whole seconds.
  std::chrono::milliseconds since_jitter{1'500};
  /// Counts may differ by the greater of both: members' routes come and go all the time.
  std::int64_t slack = 5;
  double slack_share = 0.02;
  double least_total = 0.98;
  double most_total = 1.10;
  /// Of the ROAs when the caches themselves are changed; else least_total holds.
  double least_roas = 0.95;
};

[[nodiscard]] Baseline baseline_of(HostProbe probe, const JudgementRules& rules);

/// What two looks before two tries make together: a session that died in the first try was not "already down". As long
/// as one is missing, it is the earlier look's BIRD that is compared with (see is_same_bird).
[[nodiscard]] Baseline joined_baseline(const Baseline& earlier, Baseline now);

/// False when BIRD was started anew in between: then that is what sessions were lost by, or ROAs, and what a change did
/// cannot be told from it.
[[nodiscard]] bool is_same_bird(const HostProbe& before, const HostProbe& after);

/// Everything a verdict is made of. Times are compared within one host only.
struct Evidence {
  const Forecast& forecast;
  std::set<std::string> wanted;     ///< sessions of the new configuration's snapshot
  std::set<std::string> kept_down;  ///< those of them that shall be down
  const Baseline& before;
  const HostProbe& after;
  /// Another route server that nobody touched meanwhile, looked at now; null when there is none.
  const HostProbe* witness = nullptr;
  /// Routes given to a session whose next hop is not where they came from; sessions that were not looked at are absent.
  std::map<std::string, std::int64_t> wrong_next_hops;
};

/// The first harm found; nullopt when the new configuration does what it should.
[[nodiscard]] std::optional<Harm> judge(const Evidence& evidence, const JudgementRules& rules);

/// True when nothing was configured there for the whole `window`, so that what its sessions do is the members' doing.
[[nodiscard]] bool is_witness(const HostProbe& probe, std::chrono::milliseconds window);

/// Time between two probes of one host by its own clock; zero when it does not say.
[[nodiscard]] std::chrono::milliseconds time_between(const HostProbe& before, const HostProbe& after);

/// One session, as it was and as it is.
struct SessionMeasurement {
  bool was_up = false;
  bool is_up = false;
  bool has_restarted = false;  ///< was up, and is down or came up anew
  std::optional<SessionCounters> before;
  std::optional<SessionCounters> after;
};

/// By session name; all of both probes.
[[nodiscard]] std::map<std::string, SessionMeasurement> measure(const HostProbe& before, const HostProbe& after,
                                                                const JudgementRules& rules);

}  // namespace ztix::service
