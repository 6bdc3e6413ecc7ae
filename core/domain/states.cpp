#include "core/domain/states.h"

namespace ztix::domain {

std::string_view to_string(JobState state) noexcept {
  switch (state) {
    case JobState::ready:
      return "ready";
    case JobState::running:
      return "running";
    case JobState::done:
      return "done";
    case JobState::dead:
      return "dead";
    case JobState::cancelled:
      return "cancelled";
  }
  return "";
}

std::string_view to_string(RouteServerState state) noexcept {
  switch (state) {
    case RouteServerState::joining:
      return "joining";
    case RouteServerState::enabled:
      return "enabled";
    case RouteServerState::draining:
      return "draining";
    case RouteServerState::maintenance:
      return "maintenance";
    case RouteServerState::disabled:
      return "disabled";
    case RouteServerState::removed:
      return "removed";
  }
  return "";
}

std::string_view to_string(AdminState state) noexcept {
  switch (state) {
    case AdminState::enabled:
      return "enabled";
    case AdminState::suspended:
      return "suspended";
    case AdminState::limit_tripped:
      return "limit_tripped";
    case AdminState::drained:
      return "drained";
  }
  return "";
}

std::string_view to_string(Desired desired) noexcept {
  switch (desired) {
    case Desired::present:
      return "present";
    case Desired::absent:
      return "absent";
  }
  return "";
}

std::string_view to_string(Admission admission) noexcept {
  switch (admission) {
    case Admission::open:
      return "open";
    case Admission::listed:
      return "listed";
    case Admission::closed:
      return "closed";
  }
  return "";
}

std::string_view to_string(DeliveryState state) noexcept {
  switch (state) {
    case DeliveryState::waiting:
      return "waiting";
    case DeliveryState::checking:
      return "checking";
    case DeliveryState::armed:
      return "armed";
    case DeliveryState::confirmed:
      return "confirmed";
    case DeliveryState::failed:
      return "failed";
  }
  return "";
}

std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::member_operator:
      return "operator";
    case Role::admin:
      return "admin";
    case Role::auditor:
      return "auditor";
  }
  return "";
}

std::string_view to_string(InfrastructureRole role) noexcept {
  switch (role) {
    case InfrastructureRole::route_server:
      return "route_server";
    case InfrastructureRole::collector:
      return "collector";
  }
  return "";
}

}  // namespace ztix::domain
