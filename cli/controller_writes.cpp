#include "cli/controller_writes.h"

#include "core/service/fabric_writing.h"
#include "core/store/provision_store.h"

namespace ztix::cli {

Status with_network_lock(Context& context, const domain::ZtNetworkId& network, const ControllerWrite& write) {
  ZTIX_ASSIGN(auto* const fabric, context.fabric());
  store::PgProvisionStore store(context.database());
  ZTIX_ASSIGN(const auto lock, service::lock_fabric(store, context.clock(), network));
  return write(*fabric, [&lock] { return lock->held(); });
}

Status require_ready(service::FabricProvider& fabric, const service::WantedNetwork& wanted) {
  for (const auto& check : fabric.readiness({wanted}).checks) {
    if (check.ok) continue;
    return fail(ErrorCode::unavailable, "The controller is not ready: " + check.message)
        .with_reason("fabric_not_ready")
        .with_fact("check", check.name)
        .with_fact("remedy", check.remedy);
  }
  return {};
}

}  // namespace ztix::cli
