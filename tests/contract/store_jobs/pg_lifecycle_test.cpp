#include "tests/contract/store_jobs/lifecycle_store_contract.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"

namespace ztix::test {

ZTIX_LIFECYCLE_STORE_CONTRACT(PgDeliveryWorld);

}  // namespace ztix::test
