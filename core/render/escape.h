#pragma once

/// @file core/render/escape.h
/// The escaper belongs to the output, not to the template.

#include <cstdint>
#include <string>
#include <string_view>

namespace ztix::render {

enum class Output : std::uint8_t {
  html,   ///< text and double-quoted attributes of HTML 5
  bird,   ///< configuration of BIRD 2
  plain,  ///< mail bodies and other text: nothing to escape
};

/// Appends `value` as `output` must spell it.
/// @return false, and nothing appended, when the output cannot hold it: BIRD has no escapes, so a BIRD value is one or
///         more of `[A-Za-z0-9 ._:/,+()-]` or it is refused.
[[nodiscard]] bool append_escaped(std::string& out, std::string_view value, Output output);

/// True for http, https and mailto addresses, and for absolute paths of this site (`/…`, but not `//…`).
/// Anything else could run script (`javascript:`) or leave the site unseen.
[[nodiscard]] bool is_safe_url(std::string_view url) noexcept;

}  // namespace ztix::render
