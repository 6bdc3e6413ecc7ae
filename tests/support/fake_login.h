#pragma once

/// @file tests/support/fake_login.h
/// What logging in needs, in memory: sessions, and a hasher that is fast and counts its work.

#include <map>
#include <mutex>
#include <string>

#include "core/service/ports/clock.h"
#include "core/service/ports/password_hasher.h"
#include "core/service/ports/session_store.h"

namespace ztix::test {

class FakeSessionStore final : public service::SessionStore {
 public:
  Result<SecretString> create(const service::Session& session) override {
    if (is_down) return fail(ErrorCode::unavailable, "The session store is down.");
    const auto token = "token-" + std::to_string(++made_);
    sessions.insert_or_assign(token, session);
    return SecretString(token);
  }
  Result<std::optional<service::Session>> find(const SecretString& token) override {
    if (is_down) return fail(ErrorCode::unavailable, "The session store is down.");
    const auto found = sessions.find(token.expose());
    if (found == sessions.end()) return std::optional<service::Session>();
    return std::optional(found->second);
  }
  Status end(const SecretString& token) override {
    sessions.erase(token.expose());
    return {};
  }
  Status end_all_of(const Uuid& user) override {
    std::erase_if(sessions, [&user](const auto& entry) { return entry.second.user_id == user; });
    return {};
  }

  std::map<std::string, service::Session> sessions;
  bool is_down = false;

 private:
  int made_ = 0;
};

/// Hashes `x` to `v<version>:x`.
class FakePasswordHasher final : public service::PasswordHasher {
 public:
  Result<std::string> hash(const SecretString& password) override {
    ++runs;
    return "v" + std::to_string(version) + ":" + password.expose();
  }
  Result<service::PasswordVerdict> verify(const SecretString& password, const std::string& phc) override {
    if (is_full) return fail(ErrorCode::rate_limited, "Too many password checks at the same time.");
    ++runs;
    const auto colon = phc.find(':');
    return service::PasswordVerdict{phc.substr(colon + 1) == password.expose(),
                                    phc.substr(1, colon - 1) != std::to_string(version)};
  }
  Status waste_one_run(const SecretString& /*password*/) override {
    if (is_full) return fail(ErrorCode::rate_limited, "Too many password checks at the same time.");
    ++runs;
    return {};
  }

  int runs = 0;
  int version = 1;
  bool is_full = false;
};

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

}  // namespace ztix::test
