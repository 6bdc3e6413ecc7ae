#include "core/service/drift_log.h"

#include "core/log/log.h"

namespace ztix::service {

void log_drift(const std::string& target, const std::vector<Difference>& fresh) {
  for (const auto& difference : fresh) {
    log::warn("drift.found", {{"target", target},
                              {"kind", std::string(to_string(difference.kind))},
                              {"subject", difference.subject},
                              {"diff", difference.diff}});
  }
}

}  // namespace ztix::service
