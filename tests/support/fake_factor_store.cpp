#include "tests/support/fake_factor_store.h"

#include <algorithm>

namespace ztix::test {

using service::Actor;
using service::CodePurpose;
using service::Factor;
using service::FactorKind;
using service::NewPasskey;
using service::NewTotp;

namespace {

Error no_such_user() { return fail(ErrorCode::not_found, "No such user.").with_reason("unknown_user"); }

std::string code_key(const Uuid& user, CodePurpose purpose) {
  return user.text() + " " + std::string(to_string(purpose));
}

}  // namespace

service::User* FakeFactorStore::find_user(const Uuid& id) {
  for (auto& [name, user] : exchange_.users) {
    if (user.id == id) return &user;
  }
  return nullptr;
}

FakeFactorStore::Stored* FakeFactorStore::find(const Uuid& user, const Uuid& factor) {
  for (auto& one : stored_) {
    if (one.factor.user_id == user && one.factor.id == factor) return &one;
  }
  return nullptr;
}

bool FakeFactorStore::is_forgotten(const Factor& factor) const {
  return !factor.confirmed && exchange_.now >= factor.created_at + service::kEnrolmentTime;
}

void FakeFactorStore::update_user(const Uuid& id, bool raise_epoch) {
  auto* const user = find_user(id);
  if (raise_epoch) ++user->login_epoch;
  const auto has = [&](auto&& fits) {
    return std::any_of(stored_.begin(), stored_.end(),
                       [&](const Stored& one) { return one.factor.user_id == id && fits(one.factor); });
  };
  user->has_second_factor = has([](const Factor& factor) { return factor.confirmed; });
  user->has_passkey = has([](const Factor& factor) { return factor.passkey.has_value(); });
}

Factor FakeFactorStore::insert(const NewTotp& factor, bool confirmed) {
  Factor made{exchange_.next_uuid(), factor.user_id, FactorKind::totp, factor.label, factor.sealed_secret,
              std::nullopt,          confirmed,      std::nullopt,     exchange_.now};
  stored_.push_back({made, 0});
  return made;
}

Result<std::vector<Factor>> FakeFactorStore::factors(const Uuid& user) {
  const std::lock_guard hold(exchange_.mutex);
  std::vector<Factor> all;
  for (const auto& one : stored_) {
    if (one.factor.user_id == user && !is_forgotten(one.factor)) all.push_back(one.factor);
  }
  return all;
}

Result<Factor> FakeFactorStore::begin(const NewTotp& factor, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(factor.user_id) == nullptr) return no_such_user();
  std::erase_if(stored_,
                [&factor](const Stored& one) { return one.factor.user_id == factor.user_id && !one.factor.confirmed; });
  exchange_.audit(actor, "factor.begun", "user", factor.user_id.text());
  return insert(factor, false);
}

Status FakeFactorStore::confirm(const Uuid& user, const Uuid& factor, std::int64_t step,
                                const std::vector<std::string>& first_recovery, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto* const one = find(user, factor);
  if (one == nullptr || one->factor.confirmed || is_forgotten(one->factor)) {
    return fail(ErrorCode::not_found, "Nothing is begun.").with_reason("no_enrolment");
  }
  one->factor.confirmed = true;
  one->factor.last_used_at = exchange_.now;
  one->last_step = step;
  counts_now(user, first_recovery, actor);
  return {};
}

void FakeFactorStore::counts_now(const Uuid& user, const std::vector<std::string>& first_recovery, const Actor& actor) {
  if (!first_recovery.empty()) {
    recovery_[user.text()].clear();
    for (const auto& digest : first_recovery) recovery_[user.text()][digest] = false;
  }
  codes_.erase(code_key(user, CodePurpose::enrolment));
  update_user(user, true);
  exchange_.audit(actor, "factor.confirmed", "user", user.text());
}

Result<Factor> FakeFactorStore::add_passkey(const NewPasskey& passkey, const std::vector<std::string>& first_recovery,
                                            const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(passkey.user_id) == nullptr) return no_such_user();
  const bool known = std::any_of(stored_.begin(), stored_.end(), [&passkey](const Stored& one) {
    return one.factor.passkey && one.factor.passkey->credential_id == passkey.passkey.credential_id;
  });
  if (known) return fail(ErrorCode::conflict, "This passkey is set up already.").with_reason("known_passkey");
  const Factor made{
      exchange_.next_uuid(), passkey.user_id, FactorKind::passkey, passkey.label, "", passkey.passkey, true,
      std::nullopt,          exchange_.now};
  stored_.push_back({made, 0});
  counts_now(passkey.user_id, first_recovery, actor);
  return made;
}

Result<Factor> FakeFactorStore::add(const NewTotp& factor, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(factor.user_id) == nullptr) return no_such_user();
  auto made = insert(factor, true);
  update_user(factor.user_id, true);
  exchange_.audit(actor, "factor.added", "user", factor.user_id.text());
  return made;
}

Status FakeFactorStore::remove(const Uuid& user, const Uuid& factor, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find(user, factor) == nullptr) {
    return fail(ErrorCode::not_found, "There is no such factor.").with_reason("unknown_factor");
  }
  std::erase_if(stored_, [&](const Stored& one) { return one.factor.user_id == user && one.factor.id == factor; });
  update_user(user, true);
  if (!find_user(user)->has_second_factor) recovery_.erase(user.text());
  exchange_.audit(actor, "factor.removed", "user", user.text());
  return {};
}

Result<bool> FakeFactorStore::accept_step(const Uuid& user, const Uuid& factor, std::int64_t step, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto* const one = find(user, factor);
  if (one == nullptr || !one->factor.confirmed || one->last_step >= step) return false;
  one->last_step = step;
  one->factor.last_used_at = exchange_.now;
  exchange_.audit(actor, "factor.verified", "user", user.text());
  return true;
}

Result<bool> FakeFactorStore::accept_count(const Uuid& user, const Uuid& factor, std::uint32_t sign_count,
                                           const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto* const one = find(user, factor);
  if (one == nullptr || !one->factor.passkey) return false;
  auto& before = one->factor.passkey->sign_count;
  if (before >= sign_count && (before != 0 || sign_count != 0)) return false;
  before = sign_count;
  one->factor.last_used_at = exchange_.now;
  exchange_.audit(actor, "factor.verified", "user", user.text());
  return true;
}

Result<bool> FakeFactorStore::use_recovery_code(const Uuid& user, const std::string& digest, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto& codes = recovery_[user.text()];
  const auto found = codes.find(digest);
  if (found == codes.end() || found->second) return false;
  found->second = true;
  exchange_.audit(actor, "factor.recovery_code_used", "user", user.text());
  return true;
}

Status FakeFactorStore::replace_recovery_codes(const Uuid& user, const std::vector<std::string>& digests,
                                               const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(user) == nullptr) return no_such_user();
  recovery_[user.text()].clear();
  for (const auto& digest : digests) recovery_[user.text()][digest] = false;
  exchange_.audit(actor, "factor.recovery_codes_replaced", "user", user.text());
  return {};
}

Result<int> FakeFactorStore::recovery_codes_left(const Uuid& user) {
  const std::lock_guard hold(exchange_.mutex);
  const auto& codes = recovery_[user.text()];
  return static_cast<int>(std::count_if(codes.begin(), codes.end(), [](const auto& code) { return !code.second; }));
}

Status FakeFactorStore::put_code(const Uuid& user, CodePurpose purpose, const std::string& digest,
                                 std::chrono::seconds good_for, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(user) == nullptr) return no_such_user();
  codes_.insert_or_assign(code_key(user, purpose), Code{digest, exchange_.now + good_for, false});
  exchange_.audit(actor, "user.code_made", "user", user.text());
  return {};
}

FakeFactorStore::Code* FakeFactorStore::good_code(const Uuid& user, CodePurpose purpose, const std::string& digest) {
  const auto found = codes_.find(code_key(user, purpose));
  if (found == codes_.end()) return nullptr;
  auto& code = found->second;
  return code.digest == digest && !code.used && code.expires_at > exchange_.now ? &code : nullptr;
}

Result<bool> FakeFactorStore::is_good_code(const Uuid& user, CodePurpose purpose, const std::string& digest) {
  const std::lock_guard hold(exchange_.mutex);
  return good_code(user, purpose, digest) != nullptr;
}

Result<bool> FakeFactorStore::reset_password(const Uuid& user, const std::string& digest,
                                             const std::string& password_hash, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  auto* const code = good_code(user, CodePurpose::password_reset, digest);
  if (code == nullptr) return false;
  code->used = true;
  exchange_.password_hashes[find_user(user)->username] = password_hash;
  update_user(user, true);
  exchange_.audit(actor, "user.password_reset", "user", user.text());
  return true;
}

Status FakeFactorStore::end_logins(const Uuid& user, const Actor& actor) {
  const std::lock_guard hold(exchange_.mutex);
  if (find_user(user) == nullptr) return no_such_user();
  update_user(user, true);
  exchange_.audit(actor, "user.logged_out", "user", user.text());
  return {};
}

}  // namespace ztix::test
