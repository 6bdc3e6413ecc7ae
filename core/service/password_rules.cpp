#include "core/service/password_rules.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "core/base/text.h"

namespace ztix::service {
namespace {

/// The usual building blocks of passwords that are long and still guessed first. A password made of nothing but these,
/// the names around it and digits is refused, which covers far more than a list of whole passwords would.
constexpr std::array<std::string_view, 64> kCommonParts{
    "password", "passwort", "passw0rd", "p@ssw0rd",  "letmein",  "welcome",  "qwertyuiop", "qwertzuiop",
    "qwerty",   "qwertz",   "azerty",   "asdfghjkl", "asdfgh",   "zxcvbnm",  "yxcvbnm",    "1q2w3e4r",
    "abcdefgh", "abcdef",   "abc",      "iloveyou",  "monkey",   "dragon",   "football",   "baseball",
    "sunshine", "princess", "superman", "batman",    "trustno",  "master",   "admin",      "administrator",
    "root",     "login",    "secret",   "changeme",  "change",   "default",  "user",       "test",
    "guest",    "hello",    "computer", "internet",  "network",  "exchange", "router",     "routeserver",
    "peering",  "bgp",      "ixp",      "ztix",      "zerotier", "correct",  "horse",      "battery",
    "staple",   "summer",   "winter",   "spring",    "autumn",   "please",   "the",        "my"};

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

/// Characters, not bytes: a password may be in any script (RFC 3629: continuation bytes are 10xxxxxx).
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

void remove_all(std::string& text, std::string_view part) {
  if (part.size() < 2) return;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) text.erase(at, part.size());
}

/// One short pattern from beginning to end, such as `abcabcabcabcabc`.
bool is_repetition(std::string_view text) {
  for (std::size_t period = 1; period <= std::min<std::size_t>(text.size() / 2, 8); ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_filler(char c) { return std::string_view(" .,-_!?#*+@$&%").find(c) != std::string_view::npos; }

/// A year or a phone number is one guess, hence digits in a row count once; those between other letters, as in random
/// hexadecimal, are not to be guessed.
std::size_t unexpected_in(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || i == 0 || !is_digit(text[i - 1])) ++count;
  }
  return count;
}

/// What is left of a password when everything an attacker tries first is taken away.
std::string without_obvious_parts(std::string text, std::string_view username, std::string_view exchange_name) {
  remove_all(text, lower(username));
  remove_all(text, lower(exchange_name));
  auto parts = std::vector<std::string_view>(kCommonParts.begin(), kCommonParts.end());
  std::stable_sort(parts.begin(), parts.end(), [](auto a, auto b) { return a.size() > b.size(); });
  for (const auto part : parts) remove_all(text, part);
  text.erase(std::remove_if(text.begin(), text.end(), is_filler), text.end());
  return text;
}

Error weak(std::string message) {
  return fail(ErrorCode::invalid_argument, std::move(message))
      .with_reason("weak_password")
      .with_fact("field", "password");
}

}  // namespace

Status check_password(const SecretString& password, std::string_view username, std::string_view exchange_name,
                      bool has_second_factor) {
  const auto& text = password.expose();
  if (text.size() > kLongestPassword) return weak("The password is longer than 1024 bytes.");
  if (!is_clean_utf8(text)) return weak("The password has characters that cannot be typed.");
  const auto shortest = has_second_factor ? kShortestWithSecondFactor : kShortestPassword;
  if (characters(text) < shortest) {
    return weak("The password needs at least " + std::to_string(shortest) +
                " characters; several words are a good way.");
  }
  const auto simple = lower(text);
  if (is_repetition(simple)) return weak("The password repeats one pattern.");
  constexpr std::size_t kEnoughLeft = 6;
  if (unexpected_in(without_obvious_parts(simple, username, exchange_name)) < kEnoughLeft) {
    return weak("The password is made of common words, your name or the exchange's name; use words nobody expects.");
  }
  return {};
}

}  // namespace ztix::service
