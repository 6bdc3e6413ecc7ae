#include "core/service/config_diff.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace ztix::service {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t kContext = 3;
/// Cells of the table of common lines; beyond that the middle is shown as replaced.
constexpr std::size_t kLargestTable = 4'000'000;
constexpr std::size_t kLongestDiff = 256UL * 1024;
constexpr std::string_view kObjectMark = "# ztix-object ";

/// `same`: in both; `gone`: only before; `come`: only after.
enum class Side : std::uint8_t { same, gone, come };
struct Edit {
  Side side;
  std::string_view line;
};

Lines lines_of(std::string_view text) {
  auto lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

/// `at(i, j)`: length of the longest common sequence of what follows.
class CommonTable {
 public:
  CommonTable(const Lines& before, const Lines& after)
      : width_(after.size() + 1), cells_((before.size() + 1) * width_, 0) {
    for (std::size_t i = before.size(); i-- > 0;) {
      for (std::size_t j = after.size(); j-- > 0;) {
        cells_[i * width_ + j] = before[i] == after[j] ? at(i + 1, j + 1) + 1 : std::max(at(i + 1, j), at(i, j + 1));
      }
    }
  }
  [[nodiscard]] std::uint32_t at(std::size_t i, std::size_t j) const { return cells_[i * width_ + j]; }

 private:
  std::size_t width_;
  std::vector<std::uint32_t> cells_;
};

void append_all(std::vector<Edit>& edits, const Lines& lines, Side side) {
  for (const auto line : lines) edits.push_back({side, line});
}

void append_compared(std::vector<Edit>& edits, const Lines& before, const Lines& after) {
  const CommonTable common(before, after);
  std::size_t i = 0, j = 0;
  while (i < before.size() && j < after.size()) {
    if (before[i] == after[j]) {
      edits.push_back({Side::same, before[i++]});
      ++j;
    } else if (common.at(i + 1, j) >= common.at(i, j + 1)) {
      edits.push_back({Side::gone, before[i++]});
    } else {
      edits.push_back({Side::come, after[j++]});
    }
  }
  append_all(edits, Lines(before.begin() + static_cast<std::ptrdiff_t>(i), before.end()), Side::gone);
  append_all(edits, Lines(after.begin() + static_cast<std::ptrdiff_t>(j), after.end()), Side::come);
}

std::vector<Edit> edits_between(const Lines& before, const Lines& after) {
  const auto shorter = std::min(before.size(), after.size());
  std::size_t head = 0, tail = 0;
  while (head < shorter && before[head] == after[head]) ++head;
  while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
  const auto middle = [head, tail](const Lines& lines) {
    return Lines(lines.begin() + static_cast<std::ptrdiff_t>(head), lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  const auto old_middle = middle(before);
  const auto new_middle = middle(after);
  std::vector<Edit> edits;
  append_all(edits, Lines(before.begin(), before.begin() + static_cast<std::ptrdiff_t>(head)), Side::same);
  if (old_middle.size() * new_middle.size() <= kLargestTable) {
    append_compared(edits, old_middle, new_middle);
  } else {
    append_all(edits, old_middle, Side::gone);
    append_all(edits, new_middle, Side::come);
  }
  append_all(edits, Lines(before.end() - static_cast<std::ptrdiff_t>(tail), before.end()), Side::same);
  return edits;
}

/// MD5 keys are nobody's business, not even an administrator's.
std::string masked(std::string_view line) {
  static constexpr std::string_view kOption = "password \"";
  const auto at = line.find(kOption);
  if (at == std::string_view::npos) return std::string(line);
  const auto end = line.find('"', at + kOption.size());
  const auto rest = end == std::string_view::npos ? std::string_view() : line.substr(end);
  return std::string(line.substr(0, at + kOption.size())) + "***" + std::string(rest);
}

/// Edits from `first` that belong to one hunk: changes with less than twice the context between them.
std::size_t hunk_end(const std::vector<Edit>& edits, std::size_t first) {
  std::size_t last = first;
  for (std::size_t i = first; i < edits.size() && i <= last + 2 * kContext; ++i) {
    if (edits[i].side != Side::same) last = i;
  }
  return std::min(edits.size(), last + 1 + kContext);
}

struct Counted {
  std::size_t before = 0;
  std::size_t after = 0;
  void take(Side side) {
    before += side != Side::come ? 1 : 0;
    after += side != Side::gone ? 1 : 0;
  }
};

void append_hunk(std::string& out, const std::vector<Edit>& edits, std::size_t from, std::size_t to, Counted at) {
  Counted size;
  std::string body;
  for (std::size_t i = from; i < to; ++i) {
    size.take(edits[i].side);
    const char mark = edits[i].side == Side::same ? ' ' : edits[i].side == Side::gone ? '-' : '+';
    body += mark + masked(edits[i].line) + "\n";
  }
  const auto range = [](std::size_t start, std::size_t count) {
    return std::to_string(count == 0 ? start : start + 1) + "," + std::to_string(count);
  };
  out += "@@ -" + range(at.before, size.before) + " +" + range(at.after, size.after) + " @@\n" + body;
}

/// The root without what differs between any two revisions.
std::string plain_root(std::string_view root) {
  std::string kept;
  for (const auto line : lines_of(root)) {
    const bool noise = line.starts_with("define ZTIX_REVISION ") || line.starts_with("define ZTIX_DIGEST ") ||
                       line.find("/object-") != std::string_view::npos;
    if (!noise) kept += std::string(line) + "\n";
  }
  return kept;
}

/// Objects by whom they are about, `AS64496 router 1 network 1`; those that are in both are left out.
std::map<std::string, std::string_view> by_owner(const ConfigText& config, const ConfigText* other) {
  std::map<std::string, std::string_view> objects;
  for (const auto& [digest, text] : config.objects) {
    if (other != nullptr && other->objects.contains(digest)) continue;
    const std::string_view all = *text;
    const auto line = all.substr(0, all.find('\n'));
    const auto owner = line.starts_with(kObjectMark) ? line.substr(kObjectMark.size()) : std::string_view(digest);
    objects.emplace(owner, all);
  }
  return objects;
}

void cut(std::string& diff) {
  if (diff.size() <= kLongestDiff) return;
  const auto end = diff.rfind('\n', kLongestDiff);
  const auto left = std::count(diff.begin() + static_cast<std::ptrdiff_t>(end) + 1, diff.end(), '\n');
  diff.resize(end + 1);
  diff += "(" + std::to_string(left) + " more lines)\n";
}

}  // namespace

std::string text_diff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const auto edits = edits_between(lines_of(before), lines_of(after));
  std::string out = "--- " + std::string(before.empty() ? "/dev/null" : name) + "\n+++ " +
                    std::string(after.empty() ? "/dev/null" : name) + "\n";
  Counted at;
  for (std::size_t i = 0; i < edits.size();) {
    const auto ahead = std::min(edits.size(), i + kContext + 1);
    const bool begins =
        std::any_of(edits.begin() + static_cast<std::ptrdiff_t>(i), edits.begin() + static_cast<std::ptrdiff_t>(ahead),
                    [](const Edit& edit) { return edit.side != Side::same; });
    const auto end = begins ? hunk_end(edits, i) : i + 1;
    if (begins) append_hunk(out, edits, i, end, at);
    for (; i < end; ++i) at.take(edits[i].side);
  }
  return out;
}

std::string config_diff(const std::optional<ConfigText>& before, const ConfigText& after) {
  std::string diff = text_diff("root", before ? plain_root(before->root) : std::string(), plain_root(after.root));
  auto gone = before ? by_owner(*before, &after) : std::map<std::string, std::string_view>();
  for (const auto& [owner, text] : by_owner(after, before ? &*before : nullptr)) {
    const auto old = gone.find(owner);
    diff += text_diff(owner, old == gone.end() ? std::string_view() : old->second, text);
    if (old != gone.end()) gone.erase(old);
  }
  for (const auto& [owner, text] : gone) diff += text_diff(owner, text, {});
  cut(diff);
  return diff;
}

ForecastRecord record_of(const Forecast& told, domain::Revision from, domain::Revision to, std::string diff) {
  ForecastRecord record{to,          from, told.change_class(), told.restarts(), told.unnamed_restarts(),
                        told.shared, {},   std::move(diff)};
  for (const auto& [name, session] : told.sessions) {
    if (session.change == SessionChange::none) continue;
    record.sessions.push_back({name, session.change, session.is_named, session.because, false, {}, {}});
  }
  return record;
}

}  // namespace ztix::service
