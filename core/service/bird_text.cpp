#include "core/service/bird_text.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "core/base/text.h"

namespace ztix::service {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The text without comments, every run of blanks one blank.
std::string squeezed(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string && c == '#') {
      i = std::min(text.find('\n', i), text.size()) - 1;
    } else if (!in_string && text.substr(i, 2) == "/*") {
      i = std::min(text.find("*/", i), text.size() - 1) + 1;
    } else if (!in_string && is_blank(c)) {
      if (!out.empty() && out.back() != ' ') out += ' ';
    } else {
      if (c == '"') in_string = !in_string;
      out += c;
    }
  }
  return out;
}

/// Cuts squeezed text at its outermost `;` and `}`. Braces inside brackets are prefix patterns, `[ 10.0.0.0/8{9,32} ]`.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  std::vector<BirdStatement> cut() {
    for (at_ = 0; at_ < text_.size(); ++at_) take(text_[at_]);
    finish(text_.size());
    return std::move(statements_);
  }

 private:
  void take(char c) {
    if (c == '"') in_string_ = !in_string_;
    if (in_string_) return;
    if (c == '[' || c == '(') ++brackets_;
    if ((c == ']' || c == ')') && brackets_ > 0) --brackets_;
    if (brackets_ > 0) return;
    if (c == '{' && depth_++ == 0) open_ = at_;
    if (c == '}' && depth_ > 0 && --depth_ == 0) finish(at_);
    if (c == ';' && depth_ == 0) finish(at_);
  }

  void finish(std::size_t end) {
    BirdStatement statement;
    const bool is_block = open_ != std::string_view::npos;
    statement.head = trim(text_.substr(start_, (is_block ? open_ : end) - start_));
    statement.is_block = is_block;
    if (is_block) statement.inner = trim(text_.substr(open_ + 1, end - open_ - 1));
    if (is_block || !statement.head.empty()) statements_.push_back(std::move(statement));
    start_ = end + 1;
    open_ = std::string_view::npos;
  }

  std::string_view text_;
  std::vector<BirdStatement> statements_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  std::size_t open_ = std::string_view::npos;
  int depth_ = 0;
  int brackets_ = 0;
  bool in_string_ = false;
};

}  // namespace

std::string_view BirdStatement::word(std::size_t n) const {
  std::string_view rest = head;
  for (;; --n) {
    const auto start = rest.find_first_not_of(" (");
    if (start == std::string_view::npos) return {};
    rest.remove_prefix(start);
    const auto word = rest.substr(0, rest.find_first_of(" ("));
    if (n == 0) return word;
    rest.remove_prefix(word.size());
  }
}

std::string BirdStatement::text() const { return is_block ? head + " { " + inner + " }" : head; }

std::vector<BirdStatement> parse_bird(std::string_view text) {
  const auto plain = squeezed(text);
  return Cutter(plain).cut();
}

std::set<std::string, std::less<>> words_in(std::string_view text) {
  std::set<std::string, std::less<>> words;
  bool in_string = false;
  std::size_t start = std::string_view::npos;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : ' ';
    const bool part = !in_string && is_word(c);
    if (part && start == std::string_view::npos) start = i;
    if (!part && start != std::string_view::npos) {
      if (std::isdigit(static_cast<unsigned char>(text[start])) == 0) words.emplace(text.substr(start, i - start));
      start = std::string_view::npos;
    }
    if (c == '"') in_string = !in_string;
  }
  return words;
}

}  // namespace ztix::service
