#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/http/cookie.h"
#include "app/middleware/client_address.h"
#include "app/middleware/csrf.h"

namespace {

/// 32 bytes in base64url, behind a dot perhaps an idle time in seconds.
bool is_one_of_ours(std::string_view token) {
  static constexpr std::size_t kRandom = 43;
  static constexpr std::string_view kDigits = "0123456789";
  static constexpr std::string_view kBase64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (token.size() < kRandom) return false;
  if (token.substr(0, kRandom).find_first_not_of(kBase64url) != std::string_view::npos) return false;
  const auto idle = token.substr(kRandom);
  return idle.empty() ||
         (idle.size() > 1 && idle.front() == '.' && idle.find_first_not_of(kDigits, 1) == std::string_view::npos);
}

}  // namespace

/// Headers as they come: no crash, and a token is always of the form that we make.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ztix::app::HttpRequest request;
  request.peer_address = "127.0.0.1";
  request.headers.add("Cookie", text);
  request.headers.add("X-Forwarded-For", text);
  request.headers.add("Origin", text);
  if (const auto token = ztix::app::session_token(request); token && !is_one_of_ours(token->expose())) std::abort();
  const auto address = ztix::app::client_address(request, {ztix::Prefix::parse("127.0.0.0/8").value()});
  if (!ztix::IpAddress::parse(address)) std::abort();
  if (ztix::app::check_same_origin(request, "https://ix.example.net") && text != "https://ix.example.net") std::abort();
  return 0;
}
