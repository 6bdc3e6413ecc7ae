#include "core/store/factor_store.h"

#include <map>

#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::CodePurpose;
using service::Factor;
using service::NewFactor;

Factor read_factor(const Row& row) {
  return {row.get<Uuid>("id"),
          row.get<Uuid>("user_id"),
          row.get_enum(service::kFactorKinds, "kind"),
          row.get<std::string>("label"),
          row.get<std::string>("secret"),
          row.get<bool>("confirmed"),
          row.get<std::optional<Timestamp>>("last_used_at"),
          row.get<Timestamp>("created_at")};
}

void audit(Transaction& transaction, const Actor& actor, const std::string& action, const Uuid& user,
           const std::map<std::string, std::string>& facts = {}) {
  append_audit(transaction, actor, action, "user", user.text(), facts);
}

Status lock_user(Transaction& transaction, const Uuid& user) {
  if (!transaction.execute(queries::factor_lock_user, {user}).empty()) return {};
  return fail(ErrorCode::not_found, "No such user.").with_reason("unknown_user");
}

Factor insert(Transaction& transaction, const NewFactor& factor, bool confirmed) {
  return read_factor(
      transaction
          .execute(queries::factor_add, {factor.user_id, factor.kind, factor.label, factor.sealed_secret, confirmed})
          .one());
}

void put_recovery_codes(Transaction& transaction, const Uuid& user, const std::vector<std::string>& digests) {
  transaction.execute(queries::recovery_drop, {user});
  transaction.execute(queries::recovery_add, {user, digests});
}

}  // namespace

Status PgFactorStore::require_owner() {
  return database_.read([&](Session& session) -> Status {
    if (session.execute(queries::factor_is_owner).one().get<bool>("is_owner")) return {};
    return fail(ErrorCode::forbidden,
                "This is for the owner of the database. Use the DATABASE_URL of the role ztix_owner.")
        .with_reason("not_the_owner");
  });
}

Result<std::vector<Factor>> PgFactorStore::factors(const Uuid& user) {
  return database_.read([&](Session& session) -> Result<std::vector<Factor>> {
    std::vector<Factor> all;
    for (const auto& row : session.execute(queries::factor_list, {user, service::kEnrolmentTime.count()})) {
      all.push_back(read_factor(row));
    }
    return all;
  });
}

Result<Factor> PgFactorStore::begin(const NewFactor& factor, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Factor> {
    ZTIX_CHECK(lock_user(transaction, factor.user_id));
    transaction.execute(queries::factor_drop_begun, {factor.user_id});
    auto made = insert(transaction, factor, false);
    audit(transaction, actor, "factor.begun", factor.user_id, {{"factor", made.id.text()}, {"label", made.label}});
    return made;
  });
}

Status PgFactorStore::confirm(const Uuid& user, const Uuid& factor, std::int64_t step,
                              const std::vector<std::string>& first_recovery, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(lock_user(transaction, user));
    const auto rows =
        transaction.execute(queries::factor_confirm, {user, factor, step, service::kEnrolmentTime.count()});
    if (rows.empty()) {
      return fail(ErrorCode::not_found, "No second factor is being set up, or it took too long. Begin again.")
          .with_reason("no_enrolment");
    }
    if (!first_recovery.empty()) put_recovery_codes(transaction, user, first_recovery);
    transaction.execute(queries::one_time_end, {user, CodePurpose::enrolment});
    transaction.execute(queries::login_epoch_raise, {user});
    audit(transaction, actor, "factor.confirmed", user,
          {{"factor", factor.text()}, {"recovery_codes", std::to_string(first_recovery.size())}});
    return {};
  });
}

Result<Factor> PgFactorStore::add(const NewFactor& factor, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Factor> {
    ZTIX_CHECK(lock_user(transaction, factor.user_id));
    auto made = insert(transaction, factor, true);
    transaction.execute(queries::login_epoch_raise, {factor.user_id});
    audit(transaction, actor, "factor.added", factor.user_id, {{"factor", made.id.text()}, {"label", made.label}});
    return made;
  });
}

Status PgFactorStore::remove(const Uuid& user, const Uuid& factor, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    transaction.execute(queries::factor_lock_user, {user});
    const auto row = transaction.execute(queries::factor_remove, {user, factor}).at_most_one();
    if (!row) return fail(ErrorCode::not_found, "There is no such second factor.").with_reason("unknown_factor");
    const auto left = transaction.execute(queries::factor_count, {user}).one().get<std::int64_t>("n");
    if (left == 0) transaction.execute(queries::recovery_drop, {user});
    transaction.execute(queries::login_epoch_raise, {user});
    audit(transaction, actor, "factor.removed", user,
          {{"factor", factor.text()}, {"label", row->get<std::string>("label")}, {"left", std::to_string(left)}});
    return {};
  });
}

Result<bool> PgFactorStore::accept_step(const Uuid& user, const Uuid& factor, std::int64_t step, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<bool> {
    if (transaction.execute(queries::factor_accept_step, {user, factor, step}).empty()) return false;
    audit(transaction, actor, "factor.verified", user, {{"factor", factor.text()}});
    return true;
  });
}

Result<bool> PgFactorStore::use_recovery_code(const Uuid& user, const std::string& digest, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<bool> {
    if (transaction.execute(queries::recovery_use, {user, digest}).empty()) return false;
    const auto left = transaction.execute(queries::recovery_left, {user}).one().get<std::int64_t>("n");
    audit(transaction, actor, "factor.recovery_code_used", user, {{"left", std::to_string(left)}});
    return true;
  });
}

Status PgFactorStore::replace_recovery_codes(const Uuid& user, const std::vector<std::string>& digests,
                                             const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(lock_user(transaction, user));
    put_recovery_codes(transaction, user, digests);
    audit(transaction, actor, "factor.recovery_codes_replaced", user, {{"count", std::to_string(digests.size())}});
    return {};
  });
}

Result<int> PgFactorStore::recovery_codes_left(const Uuid& user) {
  return database_.read([&](Session& session) -> Result<int> {
    return static_cast<int>(session.execute(queries::recovery_left, {user}).one().get<std::int64_t>("n"));
  });
}

Status PgFactorStore::put_code(const Uuid& user, CodePurpose purpose, const std::string& digest,
                               std::chrono::seconds good_for, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(lock_user(transaction, user));
    transaction.execute(queries::one_time_put, {user, purpose, digest, good_for.count()});
    audit(transaction, actor, "user.code_made", user,
          {{"purpose", std::string(to_string(purpose))}, {"seconds", std::to_string(good_for.count())}});
    return {};
  });
}

Result<bool> PgFactorStore::is_good_code(const Uuid& user, CodePurpose purpose, const std::string& digest) {
  return database_.read([&](Session& session) -> Result<bool> {
    return !session.execute(queries::one_time_look, {user, purpose, digest}).empty();
  });
}

Result<bool> PgFactorStore::reset_password(const Uuid& user, const std::string& digest,
                                           const std::string& password_hash, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<bool> {
    if (transaction.execute(queries::one_time_use, {user, CodePurpose::password_reset, digest}).empty()) return false;
    transaction.execute(queries::account_set_password, {user, password_hash});
    transaction.execute(queries::login_epoch_raise, {user});
    audit(transaction, actor, "user.password_reset", user);
    return true;
  });
}

Status PgFactorStore::end_logins(const Uuid& user, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    if (transaction.execute(queries::login_epoch_raise, {user}).empty()) {
      return fail(ErrorCode::not_found, "No such user.").with_reason("unknown_user");
    }
    audit(transaction, actor, "user.logged_out", user);
    return {};
  });
}

}  // namespace ztix::store
