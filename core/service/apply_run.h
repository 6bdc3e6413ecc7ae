#pragma once

/// @file core/service/apply_run.h
/// What one run of A0–A11 works with. Made per run and thrown away after it: the truth is in the database and on the
/// host.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/service/apply_judgement.h"
#include "core/service/member_provisioning.h"
#include "core/service/ports/apply_store.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::service {

struct ApplyRun {
  const Job& job;
  const StillMine& still_mine;
  std::string name;      ///< of the route server
  ApplySubject subject;  ///< what the database says
  HostCredential who;    ///< sent with every verb
  std::shared_ptr<RouteServerHost> host;
  HostProbe probe;       ///< what the host said last
  AppliedConfig wanted;  ///< what it shall run
  /// What the database has as confirmed, as this program renders it; see RouteServerApply::confirmed_config().
  std::optional<AppliedConfig> confirmed;
  std::string last_step;
  bool fence_raised = false;
  /// A revision that another route server has proven, to be taken before the newest one.
  std::optional<domain::Revision> instead = {};
  bool is_instead = false;  ///< `subject.newest` is that one
  std::chrono::steady_clock::time_point armed_at = {};
  /// ZTIX_DIGEST of what A8 looks at: just armed, or found running.
  std::string trial_digest = {};
  std::optional<ConfigText> text_before = {};  ///< of what ran before; nullopt when it is not ours
  /// What is confirmed was written by other templates than this program's.
  bool has_other_templates = false;
  Forecast forecast = {};
  Baseline baseline = {};
  /// Another route server, asked at that time whether members do there what they do here.
  std::optional<HostProbe> witness = {};
  std::optional<std::chrono::steady_clock::time_point> witness_asked = {};
};

/// @param confirmed  what is confirmed, as this program renders it. With other templates it differs from what was
/// confirmed, so that a change of templates does not show between the two revisions.
[[nodiscard]] inline bool templates_differ(const std::optional<AppliedConfig>& confirmed, const ApplySubject& subject) {
  return confirmed && confirmed->rendered.ztix_digest != subject.confirmed->config_digest;
}

}  // namespace ztix::service
