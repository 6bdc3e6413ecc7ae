#pragma once

/// @file core/service/route_server_watch.h
/// `rs.probe`: looks at one route server and writes down what it finds. It changes nothing there, except that it
/// switches off again what somebody switched on.

#include <chrono>
#include <map>
#include <string>

#include "core/base/guarded.h"
#include "core/service/drift.h"
#include "core/service/member_provisioning.h"
#include "core/service/ports/apply_store.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/drift_store.h"
#include "core/service/ports/watch_store.h"

namespace ztix::service {

class RouteServerWatch {
 public:
  struct Ports {
    ApplyStore& apply;
    WatchStore& watch;
    DriftStore& drift;
    RouteServerHosts& hosts;
  };
  RouteServerWatch(Ports ports, std::chrono::milliseconds interval) : ports_(ports), interval_(interval) {}

  /// @param job  subject `route_server:<name>`, with the route server's current fence. Puts itself back for the next
  ///             look after `interval`, as long as the route server is in service.
  JobOutcome run(const Job& job);

 private:
  /// What a host looked like in rest: between two such looks under one fence nobody of ours has configured anything.
  struct Rest {
    std::int64_t fence = 0;
    std::string bird_started;
    std::string last_reconfigured;
  };

  Status look(const Job& job, const std::string& name, const ApplySubject& subject);
  Status judge(const Job& job, const std::string& name, const ConfirmedHost& confirmed, const HostProbe& probe,
               RouteServerHost& host, const HostCredential& who);
  Status switch_off(const Job& job, const std::string& name, const std::vector<Difference>& found,
                    RouteServerHost& host, const HostCredential& who);
  [[nodiscard]] bool was_configured_by_hand(const std::string& name, const HostProbe& probe, std::int64_t fence);

  Ports ports_;
  std::chrono::milliseconds interval_;
  /// Lost with the process: then the first look of the next one compares with nothing.
  Guarded<std::map<std::string, Rest>> at_rest_;
};

}  // namespace ztix::service
