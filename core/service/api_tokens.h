#pragma once

/// @file core/service/api_tokens.h
/// Making, listing and ending API tokens.

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"
#include "core/service/ports/account_store.h"
#include "core/service/ports/clock.h"
#include "core/service/ports/token_store.h"

namespace ztix::service {

/// How every token begins, so that people and scanners of repositories recognise one. 256 random bits follow.
inline constexpr std::string_view kTokenPrefix = "ztix_";
/// A token without an end would outlive everybody who remembers it.
inline constexpr int kLongestTokenDays = 366;

struct TokenWish {
  std::string name;
  TokenScope scope = TokenScope::read;
  int days = 0;
};

/// `text` is shown once and stored nowhere.
struct IssuedToken {
  ApiToken token;
  SecretString text;
};

class ApiTokens {
 public:
  ApiTokens(TokenStore& tokens, RandomSource& random) : tokens_(tokens), random_(random) {}

  /// @return `out_of_range` (`text_missing`, `text_too_long`, `bad_text`, `bad_lifetime`), `forbidden`
  ///         (`role_missing`: scope admin is for administrators; `account_disabled`), `conflict` (`too_many_tokens`).
  Result<IssuedToken> issue(const User& user, const TokenWish& wish, const Actor& actor);
  Result<std::vector<ApiToken>> list(const std::optional<Uuid>& user) { return tokens_.tokens(user); }
  /// `not_found` for a token of somebody else, where `user` is given. One that is over stays as it is.
  Result<ApiToken> revoke(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                          const Actor& actor);

 private:
  TokenStore& tokens_;
  RandomSource& random_;
};

}  // namespace ztix::service
