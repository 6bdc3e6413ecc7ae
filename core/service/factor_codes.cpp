#include "core/service/factor_codes.h"

#include <algorithm>

#include "core/base/base32.h"
#include "core/base/text.h"
#include "core/digest/digest.h"
#include "core/service/totp.h"

namespace ztix::service {
namespace {

constexpr std::size_t kCodeBytes = 15;
constexpr std::size_t kGroup = 4;
constexpr std::size_t kLongestLabel = 64;

}  // namespace

std::string normalised_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    code += to_lower(c);
  }
  return code;
}

std::string digest_of_code(std::string_view typed) { return digest::sha256_hex(normalised_code(typed)); }

MadeCode make_code(RandomSource& random) {
  const auto letters = normalised_code(to_base32(random.bytes(kCodeBytes)));
  std::string grouped;
  for (std::size_t at = 0; at < letters.size(); at += kGroup) {
    grouped += (at == 0 ? "" : "-") + letters.substr(at, kGroup);
  }
  return {SecretString(grouped), digest_of_code(grouped)};
}

MadeTotp make_totp(const digest::SecretBox& box, RandomSource& random, const Uuid& user, std::string_view label) {
  SecretString secret(random.bytes(totp::kSecretBytes));
  const auto nonce = random.bytes(digest::SecretBox::kNonceBytes);
  NewTotp factor{user, std::string(label), box.seal(secret, user.text(), nonce)};
  return {std::move(secret), std::move(factor)};
}

Result<std::string> checked_factor_label(std::string_view label) {
  const auto text = trim(label);
  const bool one_line =
      std::none_of(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; });
  if (!text.empty() && text.size() <= kLongestLabel && one_line && is_clean_utf8(text)) return std::string(text);
  return fail(ErrorCode::invalid_argument, "The name of a second factor has 1 to 64 characters.")
      .with_reason("bad_label")
      .with_fact("field", "label");
}

}  // namespace ztix::service
