#include "tests/contract/peeringdb/peeringdb_directory_contract.h"
#include "tests/support/fake_peeringdb_directory.h"

namespace ztix::test {

struct FakeDirectoryWorld {
  service::PeeringDbDirectory& directory() { return fake; }
  void know(const service::PeeringDbEntry& entry) { fake.entries.insert_or_assign(entry.asn, entry); }
  void malform(domain::Asn asn) { fake.malformed.emplace(asn, "name is missing"); }
  void fail() { fake.failure = ztix::fail(ErrorCode::upstream, "status 500"); }
  void throttle() { fake.pause = 60s; }
  void heal() {
    fake.failure.reset();
    fake.pause.reset();
  }

  FakePeeringDbDirectory fake;
};

ZTIX_PEERINGDB_DIRECTORY_CONTRACT(FakeDirectoryWorld);

}  // namespace ztix::test
