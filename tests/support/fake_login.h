#pragma once

/// @file tests/support/fake_login.h
/// What logging in needs, in memory: sessions, and a hasher that is fast and counts its work. Held to Redis and argon2
/// by tests/contract/queue and tests/contract/identity.

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/password_hasher.h"
#include "core/service/ports/session_store.h"

namespace ztix::test {

/// Counts up, so that every token differs and a test repeats itself.
class CountingRandom final : public service::RandomSource {
 public:
  std::string bytes(std::size_t count) override {
    std::string made(count, '\0');
    for (auto& byte : made) byte = static_cast<char>(next_++);
    return made;
  }

 private:
  unsigned char next_ = 0;
};

class FakeSessionStore final : public service::SessionStore {
 public:
  struct Stored {
    service::Session session;
    Timestamp used_at;
  };

  explicit FakeSessionStore(const service::Clock& clock, service::SessionLifetime lifetime = {})
      : clock_(clock), lifetime_(lifetime) {}

  Result<SecretString> create(const service::Session& session) override {
    if (is_down) return gone();
    SecretString token(to_base64url(random_.bytes(32)));
    sessions.insert_or_assign(key(token), Stored{session, clock_.now()});
    return token;
  }
  Result<std::vector<std::optional<service::Session>>> find_all(const std::vector<SecretString>& tokens) override {
    if (is_down) return gone();
    std::vector<std::optional<service::Session>> all;
    for (const auto& token : tokens) all.push_back(used(key(token)));
    return all;
  }
  Status end(const SecretString& token) override {
    if (is_down) return gone();
    sessions.erase(key(token));
    return {};
  }
  Status end_all_of(const Uuid& user) override {
    if (is_down) return gone();
    std::erase_if(sessions, [&user](const auto& entry) { return entry.second.session.user_id == user; });
    return {};
  }

  Result<std::vector<service::ListedSession>> sessions_of(const Uuid& user) override {
    if (is_down) return gone();
    std::vector<service::ListedSession> all;
    for (const auto& [key, stored] : sessions) {
      if (stored.session.user_id == user && !is_over(stored)) all.push_back({stored.session, stored.used_at});
    }
    return all;
  }
  Result<bool> end_one_of(const Uuid& user, const Uuid& id) override {
    if (is_down) return gone();
    return std::erase_if(sessions, [&](const auto& entry) {
             return entry.second.session.user_id == user && entry.second.session.id == id && !is_over(entry.second);
           }) > 0;
  }

  std::map<std::string, Stored> sessions;  ///< by the SHA-256 of their token
  bool is_down = false;

 private:
  std::optional<service::Session> used(const std::string& key) {
    const auto found = sessions.find(key);
    if (found == sessions.end()) return std::nullopt;
    if (is_over(found->second)) {
      sessions.erase(found);
      return std::nullopt;
    }
    found->second.used_at = clock_.now();
    return found->second.session;
  }
  [[nodiscard]] bool is_over(const Stored& stored) const {
    const auto& own = stored.session.idle;
    const auto idle = own.count() > 0 ? std::min(own, lifetime_.idle) : lifetime_.idle;
    return clock_.now() - stored.used_at >= idle || clock_.now() - stored.session.created_at >= lifetime_.absolute;
  }
  static Error gone() { return fail(ErrorCode::unavailable, "The session store is down."); }
  static std::string key(const SecretString& token) { return digest::sha256_hex(token.expose()); }

  const service::Clock& clock_;
  service::SessionLifetime lifetime_;
  CountingRandom random_;
};

/// Hashes `x` to `v<version>.<salt>:<sha256 of salt and x>`.
class FakePasswordHasher final : public service::PasswordHasher {
 public:
  Result<std::string> hash(const SecretString& password) override {
    if (is_full) return full();
    ++runs;
    return hash_of(password.expose(), version, ++salts_);
  }
  Result<service::PasswordVerdict> verify(const SecretString& password, const std::string& phc) override {
    if (is_full) return full();
    ++runs;
    const auto dot = phc.find('.');
    const auto colon = phc.find(':');
    if (!phc.starts_with('v') || dot == std::string::npos || colon == std::string::npos) {
      return fail(ErrorCode::internal, "The stored password cannot be read.");
    }
    const auto salt = phc.substr(dot + 1, colon - dot - 1);
    return service::PasswordVerdict{phc.substr(colon + 1) == digest::sha256_hex(salt + password.expose()),
                                    phc.substr(1, dot - 1) != std::to_string(version)};
  }
  Status waste_one_run(const SecretString& /*password*/) override {
    if (is_full) return full();
    ++runs;
    return {};
  }

  /// What `hash` gives, for test data.
  static std::string hash_of(const std::string& password, int version = 1, int salt = 0) {
    const auto text = std::to_string(salt);
    return "v" + std::to_string(version) + "." + text + ":" + digest::sha256_hex(text + password);
  }

  int runs = 0;
  int version = 1;
  bool is_full = false;

 private:
  static Error full() { return fail(ErrorCode::rate_limited, "Too many password checks at the same time."); }
  int salts_ = 0;
};

}  // namespace ztix::test
