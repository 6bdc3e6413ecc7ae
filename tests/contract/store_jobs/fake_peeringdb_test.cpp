#include "tests/contract/store_jobs/fake_delivery_world.h"
#include "tests/contract/store_jobs/peeringdb_store_contract.h"

namespace ztix::test {

ZTIX_PEERINGDB_STORE_CONTRACT(FakeDeliveryWorld);

}  // namespace ztix::test
