#include "core/service/totp.h"

#include "core/base/base32.h"
#include "core/base/text.h"
#include "core/digest/digest.h"

namespace ztix::service::totp {
namespace {

constexpr std::size_t kDigits = 6;
constexpr std::uint32_t kModulus = 1'000'000;

std::string big_endian(std::int64_t number) {
  std::string bytes(8, '\0');
  auto rest = static_cast<std::uint64_t>(number);
  for (std::size_t i = bytes.size(); i-- > 0; rest >>= 8U) bytes[i] = static_cast<char>(rest & 0xFFU);
  return bytes;
}

/// RFC 3986 §2.3: everything else is percent-encoded.
std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += "%" + to_hex(std::string_view(&c, 1));
    }
  }
  return out;
}

}  // namespace

std::int64_t step_of(Timestamp at) noexcept {
  return std::chrono::floor<std::chrono::seconds>(at).time_since_epoch() / kStep;
}

std::string code_of(const SecretString& secret, std::int64_t step) {
  const auto mac = digest::hmac_sha1(secret.expose(), big_endian(step));
  const std::size_t at = mac.back() & 0x0FU;  // RFC 4226 §5.3
  const std::uint32_t number = (mac[at] & 0x7FU) << 24U | static_cast<std::uint32_t>(mac[at + 1]) << 16U |
                               static_cast<std::uint32_t>(mac[at + 2]) << 8U | mac[at + 3];
  const auto digits = std::to_string(number % kModulus);
  return std::string(kDigits - digits.size(), '0') + digits;
}

std::optional<std::int64_t> matching_step(const SecretString& secret, std::string_view code, Timestamp now) {
  std::optional<std::int64_t> found;
  const auto middle = step_of(now);
  for (const auto step : {middle + 1, middle, middle - 1}) {
    if (constant_time_equal(code_of(secret, step), code)) found = step;
  }
  return found;
}

SecretString otpauth_uri(const SecretString& secret, std::string_view issuer, std::string_view account) {
  return SecretString("otpauth://totp/" + encoded(issuer) + ":" + encoded(account) + "?secret=" +
                      to_base32(secret.expose()) + "&issuer=" + encoded(issuer) + "&algorithm=SHA1&digits=6&period=30");
}

}  // namespace ztix::service::totp
