#include "tests/support/fake_job_store.h"

#include "tests/contract/store_jobs/job_store_contract.h"

namespace ztix::test {

struct FakeJobWorld {
  JobStore& jobs() { return store; }
  void let_pass(std::chrono::milliseconds duration) { store.advance(duration); }
  void add_route_server(const std::string& name, std::int64_t fence) { store.set_target_fence(name, fence); }
  FakeJobStore store;
};

ZTIX_JOB_STORE_CONTRACT(FakeJobWorld);

}  // namespace ztix::test
