#pragma once

/// @file core/render/template_scanner.h
/// Cuts template text into literals and tags. The language is mustache(5) without changing delimiters and lambdas.

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace ztix::render {

enum class TokenKind : std::uint8_t { literal, value, raw, section, inverted, close, partial };

struct Token {
  TokenKind kind;
  /// The literal, or the tag's name. Points into the scanned text.
  std::string_view text;
  /// Where the token begins; lines count from 1, positions from 0.
  int line;
  std::size_t position;
};

/// Comments are dropped. A section, close, comment or partial tag alone on its line takes the whole line with it, so
/// templates can be laid out for people; a partial is not indented.
///
/// @return the tokens, or invalid_argument with `file:line: what` for an unclosed or empty tag, `{{&`, `{{=` and
///         `{{{name}}` without its third brace.
[[nodiscard]] Result<std::vector<Token>> scan_template(std::string_view file, std::string_view text);

/// `file:line: what` as an Error: how every fault of a template is told.
[[nodiscard]] Error template_fault(std::string_view file, int line, std::string_view what);

}  // namespace ztix::render
