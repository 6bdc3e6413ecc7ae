#include "tests/contract/store_jobs/peeringdb_store_contract.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"

namespace ztix::test {

ZTIX_PEERINGDB_STORE_CONTRACT(PgDeliveryWorld);

}  // namespace ztix::test
