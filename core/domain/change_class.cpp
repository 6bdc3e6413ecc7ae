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

}  // namespace ztix::domain
