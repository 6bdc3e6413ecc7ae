#include "app/http/cookie.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";
// 32 bytes in base64url without padding.
constexpr std::size_t kTokenLength = 43;

bool is_token(std::string_view text) noexcept {
  return text.size() == kTokenLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

}  // namespace

std::optional<SecretString> session_token(const HttpRequest& request) {
  const auto line = request.headers.joined("Cookie", ";");
  std::optional<std::string_view> found;
  for (const auto part : split(line, ';')) {
    const auto pair = trim(part);
    const auto equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != kSessionCookie) continue;
    if (found) return std::nullopt;
    found = pair.substr(equals + 1);
  }
  if (!found || !is_token(*found)) return std::nullopt;
  return SecretString(*found);
}

std::string set_session_cookie(const SecretString& token) {
  return std::string(kSessionCookie) + "=" + token.expose() + std::string(kAttributes);
}

std::string clear_session_cookie() {
  return std::string(kSessionCookie) + "=" + std::string(kAttributes) + "; Max-Age=0";
}

}  // namespace ztix::app
