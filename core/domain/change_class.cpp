#include "core/domain/change_class.h"

namespace ztix::domain {

std::string_view to_string(ChangeClass change) noexcept {
  switch (change) {
    case ChangeClass::none:
      return "none";
    case ChangeClass::peers_only:
      return "peers_only";
    case ChangeClass::filters:
      return "filters";
    case ChangeClass::shared:
      return "shared";
    case ChangeClass::restarts:
      return "restarts";
  }
  return "";
}

std::string_view to_string(SessionChange change) noexcept {
  switch (change) {
    case SessionChange::none:
      return "none";
    case SessionChange::refilter:
      return "refilter";
    case SessionChange::restart:
      return "restart";
    case SessionChange::added:
      return "added";
    case SessionChange::removed:
      return "removed";
    case SessionChange::disabled:
      return "disabled";
    case SessionChange::enabled:
      return "enabled";
  }
  return "";
}

std::string_view to_string(SharedPart part) noexcept {
  switch (part) {
    case SharedPart::router_id:
      return "router_id";
    case SharedPart::rtr:
      return "rtr";
    case SharedPart::policy:
      return "policy";
    case SharedPart::tables:
      return "tables";
    case SharedPart::channels:
      return "channels";
    case SharedPart::other:
      return "other";
  }
  return "";
}

}  // namespace ztix::domain
