#include "app/http/cookie.h"

#include <algorithm>
#include <cstdint>

#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=";
// 32 bytes in base64url without padding.
constexpr std::size_t kTokenLength = 43;

bool is_base64url(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/// A token, behind a dot perhaps the idle time in seconds that its session has, see RedisSessionStore.
bool is_token(std::string_view text) noexcept {
  const auto random = text.substr(0, kTokenLength);
  if (random.size() != kTokenLength || !std::all_of(random.begin(), random.end(), is_base64url)) return false;
  const auto rest = text.substr(kTokenLength);
  if (rest.empty()) return true;
  return rest.front() == '.' && parse_decimal<std::uint32_t>(rest.substr(1)).has_value();
}

/// The only value of that name, if it can be one of ours.
std::optional<SecretString> token_in(const HttpRequest& request, std::string_view name) {
  const auto line = request.headers.joined("Cookie", ";");
  std::optional<std::string_view> found;
  for (const auto part : split(line, ';')) {
    const auto pair = trim(part);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  if (!found || !is_token(*found)) return std::nullopt;
  return SecretString(*found);
}

}  // namespace

std::optional<SecretString> session_token(const HttpRequest& request) { return token_in(request, kSessionCookie); }

std::string set_session_cookie(const service::NewLogin& login) {
  const bool strict = login.login.user.has_role(domain::Role::admin);
  return std::string(kSessionCookie) + "=" + login.token.expose() + std::string(kAttributes) +
         (strict ? "Strict" : "Lax");
}

std::string clear_session_cookie() {
  return std::string(kSessionCookie) + "=" + std::string(kAttributes) + "Lax; Max-Age=0";
}

std::optional<SecretString> login_attempt_token(const HttpRequest& request) {
  return token_in(request, kLoginAttemptCookie);
}

std::string set_login_attempt_cookie(const SecretString& token, std::chrono::seconds lifetime) {
  return std::string(kLoginAttemptCookie) + "=" + token.expose() + std::string(kAttributes) +
         "Lax; Max-Age=" + std::to_string(lifetime.count());
}

std::string clear_login_attempt_cookie() {
  return std::string(kLoginAttemptCookie) + "=" + std::string(kAttributes) + "Lax; Max-Age=0";
}

}  // namespace ztix::app
