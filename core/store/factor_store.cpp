#include "core/store/factor_store.h"

#include <map>

#include "core/base/base64url.h"
#include "core/store/audit_store.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::CodePurpose;
using service::Factor;
using service::FactorKind;
using service::NewPasskey;
using service::NewTotp;
using service::Passkey;

/// nullopt for a factor that is no passkey. Bytes that do not decode match nothing that is shown.
std::optional<Passkey> read_passkey(const Row& row) {
  const auto credential = row.get<std::optional<std::string>>("credential_id");
  if (!credential) return std::nullopt;
  return Passkey{from_base64url(*credential).value_or(""),
                 static_cast<service::PasskeyAlgorithm>(row.get<std::int64_t>("algorithm")),
                 from_base64url(row.get<std::string>("public_key")).value_or(""),
                 static_cast<std::uint32_t>(row.get<std::int64_t>("sign_count"))};
}

Factor read_factor(const Row& row) {
  return {row.get<Uuid>("id"),
          row.get<Uuid>("user_id"),
          row.get_enum(service::kFactorKinds, "kind"),
          row.get<std::string>("label"),
          row.get<std::optional<std::string>>("secret").value_or(""),
          read_passkey(row),
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

Factor insert(Transaction& transaction, const NewTotp& factor, bool confirmed) {
  const auto rows = transaction.execute(
      queries::factor_add, {factor.user_id, FactorKind::totp, factor.label, factor.sealed_secret, confirmed});
  const auto row = rows.one();
  return {row.get<Uuid>("id"), factor.user_id,       FactorKind::totp,
          factor.label,        factor.sealed_secret, std::nullopt,
          confirmed,           std::nullopt,         row.get<Timestamp>("created_at")};
}

Result<Factor> insert(Transaction& transaction, const NewPasskey& wanted) {
  const auto& key = wanted.passkey;
  const auto rows =
      transaction.execute(queries::factor_add, {wanted.user_id, FactorKind::passkey, wanted.label, std::nullopt, true});
  const auto row = rows.one();
  const auto id = row.get<Uuid>("id");
  const auto added = transaction.execute(queries::passkey_add,
                                         {id, to_base64url(key.credential_id), static_cast<std::int32_t>(key.algorithm),
                                          to_base64url(key.public_key), key.sign_count});
  if (added.empty()) {
    return fail(ErrorCode::conflict, "This passkey is set up already.").with_reason("known_passkey");
  }
  return Factor{id,
                wanted.user_id,
                FactorKind::passkey,
                wanted.label,
                "",
                key,
                true,
                std::nullopt,
                row.get<Timestamp>("created_at")};
}

void put_recovery_codes(Transaction& transaction, const Uuid& user, const std::vector<std::string>& digests) {
  transaction.execute(queries::recovery_drop, {user});
  transaction.execute(queries::recovery_add, {user, digests});
}

/// What comes with every factor that its owner has set up.
void counts_now(Transaction& transaction, const Uuid& user, const Uuid& factor,
                const std::vector<std::string>& first_recovery, const Actor& actor) {
  if (!first_recovery.empty()) put_recovery_codes(transaction, user, first_recovery);
  transaction.execute(queries::one_time_end, {user, CodePurpose::enrolment});
  transaction.execute(queries::login_epoch_raise, {user});
  audit(transaction, actor, "factor.confirmed", user,
        {{"factor", factor.text()}, {"recovery_codes", std::to_string(first_recovery.size())}});
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

Result<Factor> PgFactorStore::begin(const NewTotp& factor, const Actor& actor) {
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
    counts_now(transaction, user, factor, first_recovery, actor);
    return {};
  });
}

Result<Factor> PgFactorStore::add(const NewTotp& factor, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Factor> {
    ZTIX_CHECK(lock_user(transaction, factor.user_id));
    auto made = insert(transaction, factor, true);
    transaction.execute(queries::login_epoch_raise, {factor.user_id});
    audit(transaction, actor, "factor.added", factor.user_id, {{"factor", made.id.text()}, {"label", made.label}});
    return made;
  });
}

Result<Factor> PgFactorStore::add_passkey(const NewPasskey& passkey, const std::vector<std::string>& first_recovery,
                                          const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<Factor> {
    ZTIX_CHECK(lock_user(transaction, passkey.user_id));
    ZTIX_ASSIGN(auto made, insert(transaction, passkey));
    counts_now(transaction, passkey.user_id, made.id, first_recovery, actor);
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

Result<bool> PgFactorStore::accept_count(const Uuid& user, const Uuid& factor, std::uint32_t sign_count,
                                         const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Result<bool> {
    if (transaction.execute(queries::passkey_count_further, {user, factor, sign_count}).empty()) return false;
    transaction.execute(queries::factor_used, {factor});
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
