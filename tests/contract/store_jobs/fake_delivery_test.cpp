#include "tests/contract/store_jobs/apply_store_contract.h"
#include "tests/contract/store_jobs/fake_delivery_world.h"
#include "tests/contract/store_jobs/forecast_store_contract.h"
#include "tests/contract/store_jobs/provision_store_contract.h"
#include "tests/contract/store_jobs/rollout_store_contract.h"
#include "tests/contract/store_jobs/route_server_store_contract.h"

namespace ztix::test {

ZTIX_PROVISION_STORE_CONTRACT(FakeDeliveryWorld);
ZTIX_APPLY_STORE_CONTRACT(FakeDeliveryWorld);
ZTIX_FORECAST_STORE_CONTRACT(FakeDeliveryWorld);
ZTIX_ROLLOUT_STORE_CONTRACT(FakeDeliveryWorld);
ZTIX_ROUTE_SERVER_STORE_CONTRACT(FakeDeliveryWorld);

}  // namespace ztix::test
