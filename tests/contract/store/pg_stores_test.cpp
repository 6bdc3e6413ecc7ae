#include "core/store/account_store.h"
#include "core/store/admin_task_store.h"
#include "core/store/audit_store.h"
#include "core/store/factor_store.h"
#include "core/store/idempotency_store.h"
#include "core/store/identity_store.h"
#include "core/store/network_store.h"
#include "core/store/policy_store.h"
#include "core/store/request_store.h"
#include "core/store/token_store.h"
#include "tests/contract/store/account_store_contract.h"
#include "tests/contract/store/factor_store_contract.h"
#include "tests/contract/store/identity_store_contract.h"
#include "tests/contract/store/policy_store_contract.h"
#include "tests/contract/store/request_store_contract.h"
#include "tests/contract/store/token_store_contract.h"
#include "tests/support/test_database.h"

namespace ztix::test {

/// Users and networks are the business of the command line (ztix_owner), everything else of the app (ztix_app): so the
/// contract also proves that the app is granted what it needs.
struct PgStoreWorld {
  service::AccountStore& accounts() { return account_store; }
  service::NetworkStore& networks() { return network_store; }
  service::RequestStore& requests() { return request_store; }
  service::AuditStore& audit() { return audit_store; }
  service::IdempotencyStore& idempotency() { return idempotency_store; }
  service::FactorStore& factors() { return factor_store; }
  service::FactorStore& owner_factors() { return owner_factor_store; }
  service::TokenStore& tokens() { return token_store; }
  service::IdentityStore& identities() { return identity_store; }
  service::AdminTaskStore& tasks() { return task_store; }
  service::PolicyStore& policy() { return policy_store; }

  void let_pass(std::chrono::milliseconds duration) {
    database.sql(
        "WITH r AS (UPDATE request SET created_at = created_at - $1::bigint * interval '1 millisecond', "
        "updated_at = updated_at - $1::bigint * interval '1 millisecond'), "
        "f AS (UPDATE user_factor SET created_at = created_at - $1::bigint * interval '1 millisecond'), "
        "c AS (UPDATE one_time_code SET expires_at = expires_at - $1::bigint * interval '1 millisecond'), "
        "a AS (UPDATE user_asn SET proven_at = proven_at - $1::bigint * interval '1 millisecond') "
        "UPDATE idempotency SET taken_at = taken_at - $1::bigint * interval '1 millisecond'",
        {duration.count()});
    database.sql(
        "UPDATE api_token SET created_at = created_at - past, expires_at = expires_at - past, "
        "last_used_at = last_used_at - past, refused_at = refused_at - past, ended_at = ended_at - past "
        "FROM (SELECT $1::bigint * interval '1 millisecond' AS past) AS p",
        {duration.count()});
  }
  void force_state(const Request& request, RequestState state) {
    database.sql("UPDATE request SET state = $2 WHERE id = $1", {request.id, state});
  }
  void finish_node_change(const Request& request) {
    database.sql("UPDATE membership SET previous_node_id = NULL WHERE id = $1", {request.membership_id});
  }
  void end_membership(const Request& request) {
    force_state(request, RequestState::revoked);
    database.sql("UPDATE membership SET desired = 'absent', ended_at = now() WHERE id = $1", {request.membership_id});
  }

  TestDatabase database;
  store::Database owner{database.settings()};
  store::Database app{database.settings("ztix_app")};
  store::PgAccountStore account_store{owner};
  store::PgNetworkStore network_store{owner};
  store::PgRequestStore request_store{app};
  store::PgAuditStore audit_store{app};
  store::PgIdempotencyStore idempotency_store{app};
  store::PgFactorStore factor_store{app};
  store::PgFactorStore owner_factor_store{owner};
  store::PgTokenStore token_store{app};
  store::PgIdentityStore identity_store{app};
  store::PgAdminTaskStore task_store{app};
  store::PgPolicyStore policy_store{app};
};

ZTIX_ACCOUNT_STORE_CONTRACT(PgStoreWorld);
ZTIX_REQUEST_STORE_CONTRACT(PgStoreWorld);
ZTIX_FACTOR_STORE_CONTRACT(PgStoreWorld);
ZTIX_POLICY_STORE_CONTRACT(PgStoreWorld);
ZTIX_TOKEN_STORE_CONTRACT(PgStoreWorld);
ZTIX_IDENTITY_STORE_CONTRACT(PgStoreWorld);

}  // namespace ztix::test
