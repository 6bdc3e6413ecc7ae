#pragma once

/// @file core/service/ports/session_store.h
/// Login sessions. They live in Redis and may be lost: then people log in again.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/service/ports/login_proof.h"

namespace ztix::service {

struct Session {
  Uuid user_id;
  std::string csrf_token;
  Timestamp created_at{};
  /// How this login was proven; a second factor that comes later is added.
  LoginProof proof{};
  /// When a second factor was last shown in this session; calls that weigh much want it young.
  std::optional<Timestamp> second_factor_at{};
  /// The user's login_epoch when it began.
  std::int64_t login_epoch = 0;
  /// Names it in its owner's list. Another one after each rotation; it opens nothing.
  Uuid id = Uuid::from_random(std::string(16, '\0'));
  /// Where it was opened.
  std::string remote_address{};
  /// Ends sooner than the store's own idle time; 0 = as the store is told.
  std::chrono::seconds idle{0};
};

/// A session in its owner's list.
struct ListedSession {
  Session session;
  Timestamp used_at{};
};

struct SessionLifetime {
  std::chrono::seconds idle{1800};
  std::chrono::seconds absolute{43200};
};

/// Only the SHA-256 of the token is stored. All calls: `unavailable` when the store is gone (callers fail closed).
class SessionStore {
 public:
  virtual ~SessionStore() = default;
  /// @return the token (256 bit, base64url; behind a dot what the store keeps in it) for the cookie; it exists nowhere
  /// else.
  virtual Result<SecretString> create(const Session& session) = 0;
  /// The session of each token, in their order. Renews the idle time; nullopt when unknown, idle too long or too old.
  virtual Result<std::vector<std::optional<Session>>> find_all(const std::vector<SecretString>& tokens) = 0;
  virtual Status end(const SecretString& token) = 0;
  virtual Status end_all_of(const Uuid& user) = 0;
  /// Those that are not over, in no order.
  virtual Result<std::vector<ListedSession>> sessions_of(const Uuid& user) = 0;
  /// The one of that id; true when there was one.
  virtual Result<bool> end_one_of(const Uuid& user, const Uuid& id) = 0;
};

}  // namespace ztix::service
