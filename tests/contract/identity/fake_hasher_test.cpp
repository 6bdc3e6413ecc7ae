#include "tests/contract/identity/password_hasher_contract.h"
#include "tests/support/fake_login.h"

namespace ztix::test {

struct FakeHasherWorld {
  service::PasswordHasher& hasher() { return fake; }
  void raise_cost() { ++fake.version; }
  void while_full(const std::function<void()>& call) {
    fake.is_full = true;
    call();
    fake.is_full = false;
  }
  FakePasswordHasher fake;
};

ZTIX_PASSWORD_HASHER_CONTRACT(FakeHasherWorld);

}  // namespace ztix::test
