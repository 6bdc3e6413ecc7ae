#include "core/service/token_gate.h"

#include <algorithm>

#include "core/digest/digest.h"
#include "core/service/api_tokens.h"

namespace ztix::service {
namespace {

// The prefix and 32 bytes in base64url.
constexpr std::size_t kTokenLength = kTokenPrefix.size() + 43;

Error invalid_token() {
  return fail(ErrorCode::unauthenticated, "This token is unknown, or it is over. Make a new one on your account page.")
      .with_reason("invalid_token");
}

bool may_be_token(const std::string& text) { return text.size() == kTokenLength && text.starts_with(kTokenPrefix); }

}  // namespace

Error TokenGate::unknown(const std::string& route, const Actor& from) {
  const Guess guess{GuessKind::api_token, "", address_block(from.remote_address)};
  if (auto verdict = ports_.guesses.admit(guess, from, [] { return std::nullopt; }); !verdict) {
    return std::move(verdict).error();
  }
  AuditEntry entry;
  entry.actor = from;
  entry.action = "token.refused";
  entry.subject_kind = "token";
  entry.subject_id = "unknown";
  entry.facts = {{"why", "unknown_token"}, {"route", route}};
  if (auto written = ports_.audit.append(entry); !written) return std::move(written).error();
  return invalid_token();
}

Error TokenGate::dead(const ApiToken& token, const std::string& why, const std::string& route, const Actor& from) {
  if (auto noted = ports_.tokens.note_refusal(token.id, why, route, from); !noted) return std::move(noted).error();
  return invalid_token();
}

Result<TokenCandidate> TokenGate::known(const SecretString& text, const std::string& route, const Actor& from) {
  if (!may_be_token(text.expose())) return unknown(route, from);
  const auto digest = digest::sha256_hex(text.expose());
  ZTIX_ASSIGN(auto candidates, ports_.tokens.find(digest.substr(0, TokenStore::kLookupDigits)));
  const auto match = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const TokenCandidate& one) { return constant_time_equal(one.sha256, digest); });
  if (match == candidates.end()) return unknown(route, from);
  return std::move(*match);
}

Result<TokenLogin> TokenGate::admit(const SecretString& text, const std::string& route, const Actor& from) {
  ZTIX_ASSIGN(auto found, known(text, route, from));
  auto& token = found.token;
  if (token.ended_at) return dead(token, "revoked", route, from);
  if (token.expired) return dead(token, "expired", route, from);
  ZTIX_ASSIGN(auto user, ports_.accounts.user(token.user_id));
  if (user.disabled) return dead(token, "account_disabled", route, from);
  ZTIX_CHECK(ports_.tokens.note_use(token.id));
  return TokenLogin{std::move(user), std::move(token)};
}

Error TokenGate::refused(const ApiToken& token, const std::string& route, const Actor& from, Error error) {
  if (auto noted = ports_.tokens.note_refusal(token.id, error.reason, route, from); !noted) {
    return std::move(noted).error();
  }
  return error;
}

}  // namespace ztix::service
