#include "core/identity/password_guesses.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <zxcvbn.h>

#include "core/base/text.h"

namespace ztix::identity {
namespace {

/// What zxcvbn, which knows languages and people, does not know: words of our trade, the example that every text about
/// passphrases has, and walks over the keyboard in two columns.
constexpr std::array<std::string_view, 20> kMoreWords{"ztix",
                                                      "zerotier",
                                                      "peering",
                                                      "peeringdb",
                                                      "routeserver",
                                                      "route",
                                                      "server",
                                                      "bgp",
                                                      "ixp",
                                                      "exchange",
                                                      "internetexchange",
                                                      "correcthorsebatterystaple",
                                                      "correcthorse",
                                                      "batterystaple",
                                                      "1q2w3e4r5t6y7u8i9o0p",
                                                      "1q2w3e4r5t6y7u8i",
                                                      "q1w2e3r4t5y6u7i8",
                                                      "1qaz2wsx3edc4rfv",
                                                      "qazwsxedcrfvtgb",
                                                      "zaq12wsxcde34rfv"};

bool is_mark(char c) { return std::string_view(" .,;:-_!?#*+@$&%/|'\"()").find(c) != std::string_view::npos; }

std::string without_marks(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), is_mark), text.end());
  return text;
}

/// What stands between the marks.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (!is_mark(c)) {
      parts.back() += c;
    } else if (!parts.back().empty()) {
      parts.emplace_back();
    }
  }
  if (parts.back().empty()) parts.pop_back();
  return parts;
}

/// Each part once: saying a word again is no further guess.
std::string each_part_once(std::string_view text) {
  std::set<std::string> seen;
  std::string once;
  for (const auto& part : parts_of(text)) {
    if (seen.insert(to_lower(part)).second) once += part;
  }
  return once;
}

/// The shortest beginning that, repeated, is the text; the text itself when there is none.
std::string_view one_turn(std::string_view text) {
  for (std::size_t period = 1; period <= text.size() / 2; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return text.substr(0, period);
  }
  return text;
}

/// Words in each form in which they are typed, with a null pointer at the end, as zxcvbn wants them.
class Dictionary {
 public:
  explicit Dictionary(const std::vector<std::string>& words) {
    words_.assign(kMoreWords.begin(), kMoreWords.end());
    for (const auto& word : words) add(word);
    for (const auto& word : words_) pointers_.push_back(word.c_str());
    pointers_.push_back(nullptr);
  }
  [[nodiscard]] const char** get() { return pointers_.data(); }

 private:
  void add(const std::string& word) {
    words_.push_back(word);
    words_.push_back(without_marks(word));
    for (auto& part : parts_of(word)) {
      if (part.size() > 1) words_.push_back(std::move(part));
    }
  }

  std::vector<std::string> words_;
  std::vector<const char*> pointers_;
};

double guesses_of(const SecretString& text, Dictionary& dictionary) {
  const auto bits = ZxcvbnMatch(text.expose().c_str(), dictionary.get(), nullptr);
  return bits * std::log10(2.0);
}

}  // namespace

double password_guesses_log10(const SecretString& password, const std::vector<std::string>& words) {
  const auto begin = std::string_view(password.expose()).substr(0, kAppraisedBytes);
  Dictionary dictionary(words);
  double least = guesses_of(SecretString(begin), dictionary);
  const std::array others{SecretString(without_marks(std::string(begin))), SecretString(each_part_once(begin)),
                          SecretString(one_turn(password.expose()).substr(0, kAppraisedBytes))};
  for (const auto& other : others) least = std::min(least, guesses_of(other, dictionary));
  return least;
}

}  // namespace ztix::identity
