#include "core/service/accounts.h"

#include <algorithm>
#include <utility>

#include "core/base/base64url.h"
#include "core/log/log.h"
#include "core/service/password_rules.h"

namespace ztix::service {
namespace {

constexpr std::size_t kCsrfTokenBytes = 32;
constexpr std::size_t kUuidBytes = 16;

Error bad_credentials() {
  return fail(ErrorCode::unauthenticated, "User name or password is wrong.").with_reason("bad_credentials");
}

Actor as_user(Actor actor, const User& user) {
  actor.kind = ActorKind::user;
  actor.user_id = user.id;
  actor.name = user.username;
  return actor;
}

AuditEntry login_entry(const Actor& actor, const std::string& action, const std::optional<User>& user) {
  AuditEntry entry;
  entry.actor = actor;
  entry.action = action;
  entry.subject_kind = "user";
  // People type their password into the name field; what nobody is called is not kept.
  entry.subject_id = user ? user->id.text() : "unknown";
  return entry;
}

std::string words_of(const std::set<AuthFactor>& factors) {
  std::string words;
  for (const auto factor : factors) words += (words.empty() ? "" : " ") + std::string(to_string(factor));
  return words;
}

Login login_of(User user, Session session) {
  return {std::move(user),
          std::move(session.csrf_token),
          std::move(session.proof),
          session.second_factor_at,
          session.created_at,
          session.id,
          std::move(session.remote_address)};
}

/// Each once.
std::vector<Uuid> owners_of(const std::vector<std::optional<Session>>& sessions) {
  std::vector<Uuid> owners;
  for (const auto& session : sessions) {
    if (session && std::find(owners.begin(), owners.end(), session->user_id) == owners.end()) {
      owners.push_back(session->user_id);
    }
  }
  return owners;
}

}  // namespace

Result<LoginRecord> Accounts::checked_credentials(const std::string& username, const SecretString& password,
                                                  const Actor& from) {
  // Longer ones are nobody's password, and hashing them would be work for free.
  if (password.expose().size() > kLongestPassword) return refused(from, std::nullopt, "too_long", bad_credentials());
  const auto name = checked_username(username);
  std::optional<LoginRecord> record;
  if (name) {
    ZTIX_ASSIGN(record, ports_.accounts.find_login(*name));
  }
  if (!record) {
    ZTIX_CHECK(ports_.hasher.waste_one_run(password));
    return refused(from, std::nullopt, "unknown_user", bad_credentials());
  }
  ZTIX_ASSIGN(const auto verdict, ports_.hasher.verify(password, record->password_hash));
  if (!verdict.matches) return refused(from, record->user, "wrong_password", bad_credentials());
  if (record->user.disabled) {
    return refused(from, record->user, "account_disabled",
                   fail(ErrorCode::forbidden, "This account is disabled. Ask an administrator of the exchange.")
                       .with_reason("account_disabled"));
  }
  if (verdict.needs_rehash) rehash(record->user, password);
  return std::move(*record);
}

Error Accounts::refused(const Actor& from, const std::optional<User>& user, const std::string& why, Error error) {
  auto entry = login_entry(user ? as_user(from, *user) : from, "login.refused", user);
  entry.facts["why"] = why;
  log::info("login.refused", {{"why", why}, {"remote_address", from.remote_address}});
  if (auto written = ports_.audit.append(entry); !written) return std::move(written).error();
  return error;
}

void Accounts::rehash(const User& user, const SecretString& password) {
  const auto hash = ports_.hasher.hash(password);
  const auto stored = hash ? ports_.accounts.replace_password_hash(user.id, *hash) : Status(hash.error());
  // The old hash still works, and the next login tries again.
  if (!stored) log::warn("login.rehash_failed", {{"error", stored.error().message}, {"detail", stored.error().detail}});
}

Result<NewLogin> Accounts::open_session(User user, const LoginProof& proof, const Actor& from) {
  Session session{.user_id = user.id, .csrf_token = {}, .created_at = ports_.clock.now(), .proof = proof};
  session.remote_address = from.remote_address;
  if (proof.has_second_factor()) session.second_factor_at = session.created_at;
  ZTIX_ASSIGN(auto opened, store_session(user, std::move(session)));
  auto entry = login_entry(as_user(from, user), "login.succeeded", user);
  entry.facts["source"] = to_string(proof.source);
  entry.facts["factors"] = words_of(proof.factors);
  if (auto written = ports_.audit.append(entry); !written) {
    static_cast<void>(ports_.sessions.end(opened.token));
    return std::move(written).error();
  }
  log::info("login.succeeded", {{"user", user.username}});
  return opened;
}

Result<NewLogin> Accounts::store_session(User user, Session session) {
  session.csrf_token = to_base64url(ports_.random.bytes(kCsrfTokenBytes));
  session.login_epoch = user.login_epoch;
  session.id = Uuid::from_random(ports_.random.bytes(kUuidBytes));
  if (user.has_role(domain::Role::admin)) session.idle = kAdminIdle;
  ZTIX_ASSIGN(auto token, ports_.sessions.create(session));
  return NewLogin{login_of(std::move(user), std::move(session)), std::move(token)};
}

/// A wrong guess is counted already. What was neither right nor wrong, e.g. because the hasher is full, is no failure
/// of the person's.
Status Accounts::settle(const Guess& guess, const GuessVerdict& verdict, const Result<LoginRecord>& checked) {
  if (checked) return ports_.guesses.was_right(guess, verdict);
  const auto code = checked.error().code;
  if (code == ErrorCode::unauthenticated || code == ErrorCode::forbidden) return {};
  return ports_.guesses.was_not_checked(guess, verdict);
}

std::optional<Uuid> Accounts::whose(const std::string& username) {
  const auto name = checked_username(username);
  if (!name) return std::nullopt;
  const auto found = ports_.accounts.find_login(*name);
  if (!found || !*found) return std::nullopt;
  return (*found)->user.id;
}

Result<NewLogin> Accounts::renew_session(const SecretString& token, const Login& before,
                                         std::optional<AuthFactor> shown, int raised) {
  ZTIX_ASSIGN(auto user, ports_.accounts.user(before.user.id));
  user.login_epoch = before.user.login_epoch + raised;
  Session session{.user_id = user.id,
                  .csrf_token = {},
                  .created_at = before.began_at,
                  .proof = before.proof,
                  .second_factor_at = before.second_factor_at};
  session.remote_address = before.session_address;
  if (shown) {
    session.proof.factors.insert(*shown);
    session.second_factor_at = ports_.clock.now();
  }
  ZTIX_CHECK(ports_.sessions.end(token));
  return store_session(std::move(user), std::move(session));
}

Result<NewLogin> Accounts::log_in(const std::string& username, const SecretString& password, const Actor& from) {
  const Guess guess{GuessKind::password, checked_username(username).value_or(username),
                    address_block(from.remote_address)};
  ZTIX_ASSIGN(const auto verdict, ports_.guesses.admit(guess, from, [&] { return whose(username); }));
  auto record = checked_credentials(username, password, from);
  ZTIX_CHECK(settle(guess, verdict, record));
  if (!record) return std::move(record).error();
  return open_session(std::move(record->user), {LoginSource::local, {AuthFactor::pwd}}, from);
}

Status Accounts::ended(const Actor& actor) {
  AuditEntry entry;
  entry.actor = actor;
  entry.action = "login.ended";
  entry.subject_kind = "user";
  entry.subject_id = actor.user_id ? actor.user_id->text() : "unknown";
  return ports_.audit.append(entry);
}

Status Accounts::log_out(const SecretString& token, const Actor& actor) {
  ZTIX_CHECK(ports_.sessions.end(token));
  return ended(actor);
}

Result<std::vector<ListedSession>> Accounts::sessions_of(const User& user) {
  ZTIX_ASSIGN(auto all, ports_.sessions.sessions_of(user.id));
  // Those of an older epoch end when they are used next; to their owner they are over.
  std::erase_if(all, [&user](const ListedSession& one) { return one.session.login_epoch != user.login_epoch; });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.used_at > b.used_at; });
  return all;
}

Status Accounts::end_session(const User& user, const Uuid& id, const Actor& actor) {
  ZTIX_ASSIGN(const bool ended_one, ports_.sessions.end_one_of(user.id, id));
  if (!ended_one) return fail(ErrorCode::not_found, "There is no such session.").with_reason("unknown_session");
  return ended(actor);
}

std::vector<Accounts::FoundLogin> Accounts::logins_of(const std::vector<SecretString>& tokens) {
  auto sessions = ports_.sessions.find_all(tokens);
  if (!sessions) return {tokens.size(), FoundLogin(std::move(sessions).error())};
  auto users = ports_.accounts.users_by_id(owners_of(*sessions));
  if (!users) return {tokens.size(), FoundLogin(std::move(users).error())};
  std::vector<FoundLogin> logins;
  logins.reserve(tokens.size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    logins.push_back(login_behind(tokens[i], std::move(sessions->at(i)), *users));
  }
  return logins;
}

Accounts::FoundLogin Accounts::login_behind(const SecretString& token, std::optional<Session> session,
                                            const std::vector<User>& users) {
  if (!session) return std::optional<Login>{};
  const auto user =
      std::find_if(users.begin(), users.end(), [&session](const User& one) { return one.id == session->user_id; });
  if (user == users.end() || user->disabled) {
    ZTIX_CHECK(ports_.sessions.end_all_of(session->user_id));
    return std::optional<Login>{};
  }
  if (user->login_epoch != session->login_epoch) {
    ZTIX_CHECK(ports_.sessions.end(token));
    return std::optional<Login>{};
  }
  return std::optional<Login>(login_of(*user, std::move(*session)));
}

Result<std::vector<Network>> Accounts::joinable_networks(const User& user) {
  ZTIX_ASSIGN(auto networks, ports_.networks.networks());
  networks.erase(std::remove_if(networks.begin(), networks.end(),
                                [&user](const Network& network) { return !is_admitted(user, network); }),
                 networks.end());
  return networks;
}

bool is_admitted(const User& user, const Network& network) {
  switch (network.admission) {
    case domain::Admission::open:
      return true;
    case domain::Admission::listed:
      return std::find(user.networks.begin(), user.networks.end(), network.zt_network_id) != user.networks.end();
    case domain::Admission::closed:
      return false;
  }
  return false;
}

}  // namespace ztix::service
