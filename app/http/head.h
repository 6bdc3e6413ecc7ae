#pragma once

/// @file app/http/head.h
/// The head of a request, read strictly: what two programs on the way could read differently is refused, not mended.
/// Poco's reader mends (it drops lines without a colon and takes a name with a space behind it for another name), which
/// behind a proxy is how one request becomes two.

#include <optional>
#include <string_view>

#include "app/http/message.h"
#include "core/base/result.h"

namespace ztix::app {

/// Of a whole head, in bytes, and of its request target.
inline constexpr std::size_t kLongestHead = 16'384;
inline constexpr std::size_t kLongestTarget = 4'096;
inline constexpr std::size_t kMostFields = 100;
inline constexpr std::size_t kLongestFieldName = 128;

/// How much body is to come: a number of bytes, or chunks.
struct Framing {
  bool chunked = false;
  std::size_t length = 0;
  [[nodiscard]] bool has_body() const noexcept { return chunked || length > 0; }
};

struct Head {
  HttpRequest request;
  Framing framing;
  bool keep_alive = false;
  bool expects_continue = false;
};

/// @param text  everything before the empty line, without the line end in front of that.
/// @return the head, or invalid_argument with the reason `bad_request` (it is no HTTP/1.1), `bad_target`, or
///         `bad_framing` (the body's end can be read in two ways). RFC 9112 §2.2, §3, §5, §6.3.
[[nodiscard]] Result<Head> parse_head(std::string_view text);

/// The size in the line before a chunk: 1 to 8 hex digits and nothing else. Extensions are refused: we never asked for
/// one, and programs disagree on where they end.
[[nodiscard]] std::optional<std::size_t> parse_chunk_size(std::string_view line) noexcept;

}  // namespace ztix::app
