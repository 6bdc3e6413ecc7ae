#pragma once

/// @file core/service/forecast.h
/// What BIRD will do to each session when one configuration follows another, told from the text alone.
///
/// BIRD 2.0.12, as measured (tests/integration/service_forecast): any difference inside `protocol bgp` outside its
/// channel restarts the session, except `disabled` and `description`; in a channel filters, limits and next-hop options
/// only look at routes again, everything else (table, import table, secondary …) restarts; a changed function or
/// constant looks at routes again wherever a session's filters use it; a changed table restarts every session that is
/// connected to it; another router id restarts all.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/change_class.h"
#include "core/domain/config_snapshot.h"
#include "core/render/bird_config.h"

namespace ztix::service {

/// A whole configuration as bytes: a root and the objects it includes, by file digest.
struct ConfigText {
  std::string root;
  std::map<std::string, std::shared_ptr<const std::string>> objects;
};

[[nodiscard]] ConfigText text_of(const render::RenderedConfig& config);

using domain::SessionChange;
using domain::SharedPart;

struct SessionForecast {
  SessionChange change = SessionChange::none;
  /// Its membership (or its admin state) is one that changed between the two snapshots.
  bool is_named = false;
  /// The statement that decides, for people: e.g. `password`, `table ztix_n1_v4`; secrets left out.
  std::string because;
  /// Known not to be Established: it has nothing to lose by a restart, and none will be measured.
  bool is_down = false;
  friend bool operator==(const SessionForecast&, const SessionForecast&) = default;
};

struct Forecast {
  std::map<std::string, SessionForecast> sessions;  ///< by protocol name; all of both configurations
  std::set<SharedPart> shared;
  /// RPKI protocols that come, go or start anew; a cache's ROAs go with its protocol.
  std::set<std::string> rtr_restarts;

  [[nodiscard]] domain::ChangeClass change_class() const;
  /// Sessions that are up and restart, and those of them that no changed membership explains.
  [[nodiscard]] int restarts() const;
  [[nodiscard]] int unnamed_restarts() const;
  [[nodiscard]] int count(SessionChange change) const;
};

/// Sessions of the memberships that differ between the two: their content, their admin states, their presence.
[[nodiscard]] std::set<std::string> named_sessions(const domain::ConfigSnapshot& before,
                                                   const domain::ConfigSnapshot& after);

/// @param before  nullopt: nothing that can be read ran there, so every session counts as added.
/// @param named   see named_sessions().
[[nodiscard]] Forecast forecast(const std::optional<ConfigText>& before, const ConfigText& after,
                                const std::set<std::string>& named);

}  // namespace ztix::service
