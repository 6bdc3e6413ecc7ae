#include "core/service/password_reset.h"

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/log/log.h"
#include "core/service/password_rules.h"

namespace ztix::service {
namespace {

constexpr std::size_t kTokenBytes = 32;

}  // namespace

ResetToken make_reset_token(RandomSource& random) {
  SecretString token(to_base64url(random.bytes(kTokenBytes)));
  auto digest = digest::sha256_hex(token.expose());
  return {std::move(token), std::move(digest)};
}

Error PasswordReset::refused(const std::optional<User>& user, const Actor& from) {
  AuditEntry entry;
  entry.actor = from;
  if (user) entry.actor.user_id = user->id;
  if (user) entry.actor.name = user->username;
  entry.action = "user.password_reset_refused";
  entry.subject_kind = "user";
  entry.subject_id = user ? user->id.text() : "unknown";
  log::info("user.password_reset_refused", {{"remote_address", from.remote_address}});
  if (auto written = ports_.audit.append(entry); !written) return std::move(written).error();
  return fail(ErrorCode::forbidden,
              "This token is wrong, used or too old. Ask an administrator of the exchange for a "
              "new one.")
      .with_reason("wrong_reset_token")
      .with_fact("field", "token");
}

Result<User> PasswordReset::owner_of(const std::string& username, const std::string& digest, const Actor& from) {
  const auto name = checked_username(username);
  std::optional<LoginRecord> record;
  if (name) {
    ZTIX_ASSIGN(record, ports_.accounts.find_login(*name));
  }
  if (!record) return refused(std::nullopt, from);
  ZTIX_ASSIGN(const bool good, ports_.factors.is_good_code(record->user.id, CodePurpose::password_reset, digest));
  if (!good || record->user.disabled) return refused(record->user, from);
  return std::move(record->user);
}

Status PasswordReset::checked_reset(const std::string& username, const SecretString& token,
                                    const SecretString& password, const Actor& from) {
  const auto digest = digest::sha256_hex(token.expose());
  ZTIX_ASSIGN(const auto user, owner_of(username, digest, from));
  ZTIX_ASSIGN(const auto exchange, ports_.accounts.installation());
  PasswordOwner owner{user.username, exchange.name, {}, user.has_second_factor};
  for (const auto& link : user.asns) owner.asns.push_back(link.asn);
  ZTIX_CHECK(check_password(password, owner, ports_.appraise));
  ZTIX_ASSIGN(const auto hash, ports_.hasher.hash(password));
  Actor actor = from;
  actor.user_id = user.id;
  actor.name = user.username;
  ZTIX_ASSIGN(const bool done, ports_.factors.reset_password(user.id, digest, hash, actor));
  if (!done) return refused(user, from);
  log::info("user.password_reset", {{"user", user.username}});
  return {};
}

Status PasswordReset::reset(const std::string& username, const SecretString& token, const SecretString& password,
                            const Actor& from) {
  const Guess guess{GuessKind::password, checked_username(username).value_or(username),
                    address_block(from.remote_address)};
  ZTIX_ASSIGN(const auto verdict, ports_.guesses.admit(guess, from, [] { return std::nullopt; }));
  auto done = checked_reset(username, token, password, from);
  if (done) {
    ZTIX_CHECK(ports_.guesses.was_right(guess, verdict));
  } else if (done.error().code != ErrorCode::forbidden) {
    ZTIX_CHECK(ports_.guesses.was_not_checked(guess, verdict));
  }
  return done;
}

}  // namespace ztix::service
