#pragma once

/// @file route-server/helper/root_text.h
/// What a root says of itself, and what it includes. Pure; the text may be anybody's (fuzzed).

#include <string>
#include <string_view>
#include <vector>

namespace ztix::helper {

/// `define ZTIX_DIGEST` within the first 20 lines: the value that `birdc eval` answers while this root runs. Empty when
/// there is none that is a digest.
[[nodiscard]] std::string own_digest(std::string_view root);

/// The two lines that are told of a root, wherever they stand; `-` for what it does not say.
struct RootLabels {
  std::string digest = "-";
  std::string revision = "-";
};
[[nodiscard]] RootLabels labels_of(std::string_view root);

struct Includes {
  std::vector<std::string> objects;  ///< digests, in the order of the text, each once
  bool foreign = false;              ///< it includes something that is no object of ours
};
[[nodiscard]] Includes includes_of(std::string_view root);

/// Anything that BIRD would take for an include.
[[nodiscard]] bool has_include(std::string_view text) noexcept;

}  // namespace ztix::helper
