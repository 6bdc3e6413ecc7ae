#pragma once

/// @file core/service/member_cut_off.h
/// Taking a member off the exchange at once, before any configuration is changed: at the controller and on the route
/// servers at the same time. It only takes away, and every effect is safe to repeat.

#include <functional>
#include <string>
#include <vector>

#include "core/service/ports/clock.h"
#include "core/service/ports/departure_store.h"
#include "core/service/ports/fabric_provider.h"
#include "core/service/ports/provision_store.h"

namespace ztix::service {

/// True while the worker's claim is confirmed and its lease is good: asked before every external effect.
using StillMine = std::function<bool()>;

/// What a cut-off came to. The configurations that follow say the same, so a host that was not reached now is brought
/// there by its next apply; the controller has to be told by us.
struct CutOffReport {
  Status controller;                  ///< success: read back without authorisation and addresses
  std::vector<std::string> disabled;  ///< route servers that have its sessions down now
  std::vector<std::string> missed;    ///< `rs2: no connection`
};

class MemberCutOff {
 public:
  MemberCutOff(DepartureStore& store, ProvisionStore& locks, FabricProvider& fabric, RouteServerHosts& hosts,
               Clock& clock)
      : store_(store), locks_(locks), fabric_(fabric), hosts_(hosts), clock_(clock) {}

  /// Disables its sessions on all route servers that answer and deauthorises its nodes, everything side by side: one
  /// that does not answer delays nobody.
  [[nodiscard]] CutOffReport everywhere(const Job& job, const MemberPresence& member, const StillMine& still_mine);

  /// Takes authorisation and addresses from its nodes, the one of an unfinished change too, and reads it back. A member
  /// without a node is cut off.
  [[nodiscard]] Status at_controller(const MemberPresence& member, const StillMine& still_mine);

  /// Route servers of `member` that answer and have not confirmed a revision without it, by name. The others that have
  /// not confirmed could not be reached now, or take no applies.
  [[nodiscard]] std::vector<std::string> reachable_holders(const Job& job, const MemberPresence& member);

 private:
  Status disable(const Job& job, const MemberPresence& member, const MemberRouteServer& route_server,
                 const StillMine& still_mine);
  bool answers(const Job& job, const MemberPresence& member, const MemberRouteServer& route_server);

  DepartureStore& store_;
  ProvisionStore& locks_;
  FabricProvider& fabric_;
  RouteServerHosts& hosts_;
  Clock& clock_;
};

}  // namespace ztix::service
