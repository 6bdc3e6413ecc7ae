#include "core/render/template_scanner.h"

#include <algorithm>
#include <optional>
#include <string>

#include "core/base/text.h"

namespace ztix::render {
namespace {

bool is_blank(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\t'; });
}

/// A tag as written: where it begins and ends, and what is between the braces.
struct Tag {
  std::size_t begin;
  std::size_t end;
  std::string_view inner;
  bool triple;
};

class Scanner {
 public:
  Scanner(std::string_view file, std::string_view text) : file_(file), text_(text) {}

  Result<std::vector<Token>> run() {
    for (auto open = text_.find("{{"); open != std::string_view::npos; open = text_.find("{{", at_)) {
      ZTIX_ASSIGN(const Tag tag, tag_at(open));
      ZTIX_CHECK(add(tag));
    }
    add_literal(text_.size());
    return std::move(tokens_);
  }

 private:
  [[nodiscard]] int line_of(std::size_t position) const {
    return 1 + static_cast<int>(std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(position), '\n'));
  }
  [[nodiscard]] Error fault(std::size_t position, std::string_view what) const {
    return template_fault(file_, line_of(position), what);
  }

  [[nodiscard]] Result<Tag> tag_at(std::size_t open) const {
    const bool triple = text_.substr(open).starts_with("{{{");
    const std::string_view close = triple ? "}}}" : "}}";
    const auto start = open + close.size();
    const auto stop = text_.find(close, start);
    if (stop == std::string_view::npos) return fault(open, "a tag is not closed");
    const auto inner = trim(text_.substr(start, stop - start));
    if (inner.find("{{") != std::string_view::npos) return fault(open, "a tag is not closed");
    return Tag{open, stop + close.size(), inner, triple};
  }

  static std::optional<TokenKind> kind_of(const Tag& tag) noexcept {
    if (tag.triple) return TokenKind::raw;
    switch (tag.inner.empty() ? '\0' : tag.inner.front()) {
      case '#':
        return TokenKind::section;
      case '^':
        return TokenKind::inverted;
      case '/':
        return TokenKind::close;
      case '>':
        return TokenKind::partial;
      case '&':
      case '=':
      case '\0':
        return std::nullopt;
      default:
        return TokenKind::value;
    }
  }

  [[nodiscard]] Status add(const Tag& tag) {
    const bool comment = !tag.triple && tag.inner.starts_with('!');
    const auto kind = kind_of(tag);
    if (!kind) return fault(tag.begin, "an empty tag, '{{&' and '{{=' are not part of this template language");
    const bool has_sign = *kind != TokenKind::value && *kind != TokenKind::raw;
    const auto name = has_sign ? trim(tag.inner.substr(1)) : tag.inner;
    if (!comment && name.empty()) return fault(tag.begin, "a tag has no name");
    const bool whole_line = (comment || has_sign) && strip_line(tag);
    if (!whole_line) {
      add_literal(tag.begin);
      at_ = tag.end;
    }
    if (!comment) tokens_.push_back(Token{*kind, name, line_of(tag.begin), tag.begin});
    return {};
  }

  /// If the tag is alone on its line, goes on behind that line and leaves out the blanks before the tag.
  bool strip_line(const Tag& tag) {
    const auto newline_before = tag.begin == 0 ? std::string_view::npos : text_.rfind('\n', tag.begin - 1);
    const auto line_begin = newline_before == std::string_view::npos ? 0 : newline_before + 1;
    const auto newline_after = text_.find('\n', tag.end);
    const auto line_end = newline_after == std::string_view::npos ? text_.size() : newline_after;
    if (!is_blank(text_.substr(line_begin, tag.begin - line_begin))) return false;
    if (!is_blank(text_.substr(tag.end, line_end - tag.end))) return false;
    add_literal(line_begin);
    at_ = std::min(line_end + 1, text_.size());
    return true;
  }

  void add_literal(std::size_t until) {
    if (until > at_) tokens_.push_back(Token{TokenKind::literal, text_.substr(at_, until - at_), line_of(at_), at_});
  }

  std::string_view file_;
  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

}  // namespace

Error template_fault(std::string_view file, int line, std::string_view what) {
  return fail(ErrorCode::invalid_argument,
              "templates/" + std::string(file) + ":" + std::to_string(line) + ": " + std::string(what));
}

Result<std::vector<Token>> scan_template(std::string_view file, std::string_view text) {
  return Scanner(file, text).run();
}

}  // namespace ztix::render
