#include "core/service/password_rules.h"

#include <algorithm>
#include <string_view>

#include "core/base/text.h"

namespace ztix::service {
namespace {

/// Characters, not bytes: a password may be in any script (RFC 3629: continuation bytes are 10xxxxxx).
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Error weak(std::string message) {
  return fail(ErrorCode::invalid_argument, std::move(message))
      .with_reason("weak_password")
      .with_fact("field", "password");
}

Status check_form(std::string_view text, std::size_t shortest) {
  if (text.size() > kLongestPassword) return weak("The password is longer than 1024 bytes.");
  if (!is_clean_utf8(text)) return weak("The password has characters that cannot be typed.");
  if (characters(text) >= shortest) return {};
  return weak("The password needs at least " + std::to_string(shortest) + " characters; several words are a good way.");
}

std::vector<std::string> obvious_words(const PasswordOwner& owner) {
  std::vector<std::string> words{owner.username, owner.exchange_name};
  for (const auto asn : owner.asns) {
    words.push_back(asn.text());
    words.push_back("as" + asn.text());
  }
  return words;
}

}  // namespace

Status check_password(const SecretString& password, const PasswordOwner& owner, const PasswordAppraiser& appraise) {
  ZTIX_CHECK(check_form(password.expose(), owner.has_second_factor ? kShortestWithSecondFactor : kShortestPassword));
  ZTIX_ASSIGN(const auto appraisal, appraise(password, obvious_words(owner)));
  if (appraisal.is_listed) {
    return weak("This password was published with others from a broken site, so it is tried everywhere.");
  }
  if (appraisal.guesses_log10 >= (owner.has_second_factor ? kLeastGuessesWithSecondFactor : kLeastGuesses)) return {};
  return weak(
      "The password is made of common words, patterns, your name or the exchange's name and would be guessed soon; use "
      "words nobody expects together.");
}

}  // namespace ztix::service
