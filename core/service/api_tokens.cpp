#include "core/service/api_tokens.h"

#include "core/base/base64url.h"
#include "core/digest/digest.h"
#include "core/service/requests.h"

namespace ztix::service {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestReason = 200;

Status check_wish(const User& user, const TokenWish& wish) {
  if (wish.days < 1 || wish.days > kLongestTokenDays) {
    return fail(ErrorCode::out_of_range, "A token lives for 1 to " + std::to_string(kLongestTokenDays) + " days.")
        .with_reason("bad_lifetime")
        .with_fact("field", "days");
  }
  if (user.disabled) {
    return fail(ErrorCode::forbidden, "This account is disabled.").with_reason("account_disabled");
  }
  if (wish.scope == TokenScope::admin && !user.has_role(domain::Role::admin)) {
    return fail(ErrorCode::forbidden, "Only administrators of the exchange have tokens with the scope admin.")
        .with_reason("role_missing")
        .with_fact("field", "scope");
  }
  return {};
}

}  // namespace

Result<IssuedToken> ApiTokens::issue(const User& user, const TokenWish& wish, const Actor& actor) {
  ZTIX_CHECK(check_wish(user, wish));
  ZTIX_ASSIGN(const auto name, checked_text(wish.name, "name", kLongestName, true));
  SecretString text(std::string(kTokenPrefix) + to_base64url(random_.bytes(kTokenBytes)));
  ZTIX_ASSIGN(auto token, tokens_.create({.user_id = user.id,
                                          .name = name,
                                          .scope = wish.scope,
                                          .lifetime = std::chrono::days(wish.days),
                                          .sha256 = digest::sha256_hex(text.expose())},
                                         actor));
  return IssuedToken{std::move(token), std::move(text)};
}

Result<ApiToken> ApiTokens::revoke(const Uuid& id, const std::optional<Uuid>& user, const std::string& reason,
                                   const Actor& actor) {
  ZTIX_ASSIGN(const auto text, checked_text(reason, "reason", kLongestReason, false));
  return tokens_.end(id, user, text.empty() ? "revoked" : text, actor);
}

}  // namespace ztix::service
