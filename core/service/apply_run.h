#pragma once

/// @file core/service/apply_run.h
/// What one run of A0–A11 works with. Made per run and thrown away after it: the truth is in the database and on the
/// host.

#include <memory>
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
  std::string last_step;
  bool fence_raised = false;
};

}  // namespace ztix::service
