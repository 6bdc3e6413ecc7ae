#pragma once

/// @file core/service/ports/token_store.h
/// API tokens: what programs show instead of a login.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

/// What a token may do at most; its user's roles bound it further.
///   read     calls that change nothing
///   request  what an operator may do
///   admin    also what an administrator may do
enum class TokenScope : std::uint8_t { read, request, admin };

inline constexpr std::array kTokenScopes{TokenScope::read, TokenScope::request, TokenScope::admin};

/// Exactly the stored spelling.
[[nodiscard]] constexpr std::string_view to_string(TokenScope scope) noexcept {
  constexpr std::array<std::string_view, kTokenScopes.size()> kNames{"read", "request", "admin"};
  return kNames[static_cast<std::size_t>(scope)];
}

struct ApiToken {
  Uuid id;
  Uuid user_id;
  std::string username;
  std::string name;
  TokenScope scope = TokenScope::read;
  Timestamp created_at{};
  Timestamp expires_at{};
  std::optional<Timestamp> last_used_at;  ///< exact to a minute
  std::optional<Timestamp> ended_at;      ///< revoked
  std::string end_reason;
  bool expired = false;  ///< by the database's clock
};

struct NewApiToken {
  Uuid user_id;
  std::string name;
  TokenScope scope = TokenScope::read;
  std::chrono::hours lifetime{};
  std::string sha256;  ///< of the whole text, 64 hex digits; the text itself is stored nowhere
};

struct TokenCandidate {
  ApiToken token;
  std::string sha256;
};

/// Every changing call writes its audit row in its own transaction.
class TokenStore {
 public:
  virtual ~TokenStore() = default;

  /// `conflict` (`too_many_tokens`) when the user has kMostTokens that still live.
  virtual Result<ApiToken> create(const NewApiToken& token, const Actor& actor) = 0;
  /// Of one user, or of all; newest first, also those that are over.
  virtual Result<std::vector<ApiToken>> tokens(const std::optional<Uuid>& user) = 0;
  /// `not_found` when there is none of that id (of that user, where one is given). One that has ended stays as it is.
  virtual Result<ApiToken> end(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                               const Actor& actor) = 0;
  /// All that still live. @return how many.
  virtual Result<int> end_all_of(const Uuid& user, const std::string& reason, const Actor& actor) = 0;

  /// Whose digest begins like this (kLookupDigits hex digits); the caller compares the rest in constant time.
  virtual Result<std::vector<TokenCandidate>> find(const std::string& sha256_begin) = 0;
  /// Written at most once a minute.
  virtual Status note_use(const Uuid& id) = 0;
  /// Audited (`token.refused`) at most once a minute for each token: a program that goes on trying must not fill the
  /// log.
  virtual Status note_refusal(const Uuid& id, const std::string& why, const std::string& route, const Actor& actor) = 0;

  static constexpr int kMostTokens = 20;
  static constexpr std::size_t kLookupDigits = 16;
};

}  // namespace ztix::service
