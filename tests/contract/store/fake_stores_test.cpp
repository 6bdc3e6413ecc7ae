#include "tests/contract/store/account_store_contract.h"
#include "tests/contract/store/factor_store_contract.h"
#include "tests/contract/store/identity_store_contract.h"
#include "tests/contract/store/policy_store_contract.h"
#include "tests/contract/store/request_store_contract.h"
#include "tests/contract/store/token_store_contract.h"
#include "tests/support/fake_account_store.h"
#include "tests/support/fake_audit_store.h"
#include "tests/support/fake_factor_store.h"
#include "tests/support/fake_idempotency_store.h"
#include "tests/support/fake_identity_store.h"
#include "tests/support/fake_network_store.h"
#include "tests/support/fake_policy_store.h"
#include "tests/support/fake_request_store.h"
#include "tests/support/fake_token_store.h"

namespace ztix::test {

struct FakeStoreWorld {
  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::AuditStore& audit() { return audit_store; }
  service::IdempotencyStore& idempotency() { return idempotency_store; }
  service::FactorStore& factors() { return factor_store; }
  service::FactorStore& owner_factors() { return factor_store; }
  service::TokenStore& tokens() { return token_store; }
  service::IdentityStore& identities() { return identity_store; }
  service::AdminTaskStore& tasks() { return task_store; }
  service::PolicyStore& policy() { return policy_store; }

  void let_pass(std::chrono::milliseconds duration) { exchange.now += duration; }
  void force_state(const Request& request, RequestState state) {
    for (auto& stored : exchange.requests) {
      if (stored.id == request.id) stored.state = state;
    }
  }
  void finish_node_change(const Request& request) {
    exchange.find_membership(request.membership_id)->previous_node_id = std::nullopt;
  }
  void end_membership(const Request& request) {
    force_state(request, RequestState::revoked);
    exchange.find_membership(request.membership_id)->ended = true;
  }

  FakeExchange exchange;
  FakeAccountStore account_store{exchange};
  FakeNetworkStore network_store{exchange};
  FakeRequestStore request_store{exchange};
  FakeAuditStore audit_store{exchange};
  FakeIdempotencyStore idempotency_store{exchange};
  FakeFactorStore factor_store{exchange};
  FakeTokenStore token_store{exchange};
  FakeIdentityStore identity_store{exchange};
  FakeAdminTaskStore task_store{exchange};
  FakePolicyStore policy_store{exchange};
};

ZTIX_ACCOUNT_STORE_CONTRACT(FakeStoreWorld);
ZTIX_REQUEST_STORE_CONTRACT(FakeStoreWorld);
ZTIX_FACTOR_STORE_CONTRACT(FakeStoreWorld);
ZTIX_POLICY_STORE_CONTRACT(FakeStoreWorld);
ZTIX_TOKEN_STORE_CONTRACT(FakeStoreWorld);
ZTIX_IDENTITY_STORE_CONTRACT(FakeStoreWorld);

}  // namespace ztix::test
