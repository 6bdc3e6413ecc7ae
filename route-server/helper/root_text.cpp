#include "route-server/helper/root_text.h"

#include <algorithm>
#include <unordered_set>

#include "core/base/text.h"
#include "route-server/helper/words.h"

namespace ztix::helper {
namespace {

constexpr std::string_view kDigestStart = "define ZTIX_DIGEST = \"";
constexpr std::string_view kDigestEnd = "\";";
constexpr std::string_view kRevisionStart = "define ZTIX_REVISION = ";
constexpr std::string_view kObjectStart = "include \"/var/lib/ztix-rs/object-";
constexpr std::string_view kObjectEnd = ".conf\";";
constexpr std::string_view kInclude = "include";
constexpr int kLinesToDigest = 20;

/// What stands between the two; empty when the line is another one.
std::string_view between(std::string_view line, std::string_view start, std::string_view end) {
  if (line.size() < start.size() + end.size() || !line.starts_with(start) || !line.ends_with(end)) return {};
  return line.substr(start.size(), line.size() - start.size() - end.size());
}

bool is_decimal(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// `include` after these blanks.
bool begins_with_include(std::string_view line, std::string_view blanks) {
  const auto first = line.find_first_not_of(blanks);
  return first != std::string_view::npos && line.substr(first).starts_with(kInclude);
}

}  // namespace

std::string own_digest(std::string_view root) {
  for (int lines = 0; lines < kLinesToDigest && !root.empty(); ++lines) {
    const auto line = take_line(root);
    if (!line.starts_with(kDigestStart) || !line.ends_with(kDigestEnd)) continue;
    const auto digest = between(line, kDigestStart, kDigestEnd);
    return is_sha256_hex(digest) ? std::string(digest) : std::string{};
  }
  return {};
}

RootLabels labels_of(std::string_view root) {
  RootLabels labels;
  while (!root.empty() && (labels.digest == "-" || labels.revision == "-")) {
    const auto line = take_line(root);
    if (const auto digest = between(line, kDigestStart, kDigestEnd); is_lower_hex(digest)) labels.digest = digest;
    if (const auto revision = between(line, kRevisionStart, ";"); is_decimal(revision)) labels.revision = revision;
  }
  return labels;
}

Includes includes_of(std::string_view root) {
  Includes includes;
  std::unordered_set<std::string_view> seen;
  while (!root.empty()) {
    const auto line = take_line(root);
    const auto digest = between(line, kObjectStart, kObjectEnd);
    if (is_sha256_hex(digest)) {
      if (seen.insert(digest).second) includes.objects.emplace_back(digest);
      continue;
    }
    includes.foreign = includes.foreign || begins_with_include(line, " \t");
  }
  return includes;
}

bool has_include(std::string_view text) noexcept {
  while (!text.empty()) {
    if (begins_with_include(take_line(text), " \t\v\f\r")) return true;
  }
  return false;
}

}  // namespace ztix::helper
