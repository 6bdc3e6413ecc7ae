#include "core/service/ports/login_problem.h"

#include <algorithm>
#include <string>

namespace ztix::service {
namespace {

struct Words {
  LoginProblem problem;
  ErrorCode code;
  std::string_view word;
  std::string_view message;
};

constexpr std::array kWords{
    Words{LoginProblem::invalid_state, ErrorCode::unauthenticated, "invalid_state",
          "This login was not begun in this browser, or it was finished before. Begin again here."},
    Words{LoginProblem::expired_state, ErrorCode::unauthenticated, "expired_state",
          "This login took longer than ten minutes. Begin again here."},
    Words{LoginProblem::invalid_issuer, ErrorCode::unauthenticated, "invalid_issuer",
          "The answer did not come from PeeringDB. Begin again here; if this comes back, tell an administrator."},
    Words{LoginProblem::invalid_nonce, ErrorCode::unauthenticated, "invalid_nonce",
          "PeeringDB's answer belongs to another login. Begin again here."},
    Words{LoginProblem::invalid_id_token, ErrorCode::upstream, "invalid_id_token",
          "PeeringDB's answer could not be verified. Begin again here; if this comes back, tell an administrator."},
    Words{LoginProblem::access_denied, ErrorCode::forbidden, "access_denied",
          "PeeringDB was not allowed to tell us who you are. Begin again and choose to authorize."},
    Words{LoginProblem::unverified_user, ErrorCode::forbidden, "unverified_user",
          "Your PeeringDB account belongs to no organisation yet. Ask yours to take you in there, then log in again."},
    Words{LoginProblem::unverified_email, ErrorCode::forbidden, "unverified_email",
          "Your e-mail address at PeeringDB is not confirmed. Confirm it there, then log in again."},
    Words{LoginProblem::networks_unusable, ErrorCode::forbidden, "networks_unusable",
          "PeeringDB named no network of yours, so nothing was changed here. Check your networks there, then log in "
          "again."},
    Words{LoginProblem::account_disabled, ErrorCode::forbidden, "account_disabled",
          "This account is disabled. Ask an administrator of the exchange."},
    Words{LoginProblem::upstream_rate_limited, ErrorCode::unavailable, "upstream_rate_limited",
          "PeeringDB asks us to wait. Try again in a minute."},
    Words{LoginProblem::upstream_auth_failure, ErrorCode::upstream, "upstream_auth_failure",
          "PeeringDB does not answer as it should. Try again in a minute."},
    Words{LoginProblem::too_many_logins, ErrorCode::rate_limited, "too_many_logins",
          "Too many people are logging in through PeeringDB at this moment. Try again in a few seconds."},
    Words{LoginProblem::too_many_attempts, ErrorCode::rate_limited, "too_many_attempts",
          "Too many logins that came to nothing were begun from your network. Try again in a minute."},
    Words{LoginProblem::peeringdb_disabled, ErrorCode::forbidden, "peeringdb_disabled",
          "Login through PeeringDB is not set up here."},
};
static_assert(kWords.size() == kLoginProblems.size());

const Words& words_of(LoginProblem problem) noexcept { return kWords.at(static_cast<std::size_t>(problem)); }

}  // namespace

std::string_view to_string(LoginProblem problem) noexcept { return words_of(problem).word; }

std::optional<LoginProblem> parse_login_problem(std::string_view word) noexcept {
  const auto* const found =
      std::find_if(kWords.begin(), kWords.end(), [word](const Words& one) { return one.word == word; });
  if (found == kWords.end()) return std::nullopt;
  return found->problem;
}

Error login_error(LoginProblem problem) {
  const auto& words = words_of(problem);
  return fail(words.code, std::string(words.message)).with_reason(words.word);
}

}  // namespace ztix::service
