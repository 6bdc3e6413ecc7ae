#include "route-server/helper/stamps.h"

#include "route-server/helper/words.h"

namespace ztix::helper {
namespace {

constexpr int kMaxStamps = 8;

std::string line_of(const Stamp& stamp) { return stamp.root + " " + stamp.bird_version + " " + stamp.bird_started; }

}  // namespace

bool note_stamp(const StateFolder& folder, const Stamp& stamp) {
  const auto mark = line_of(stamp);
  const auto text = folder.read("checked").value_or("");
  std::string_view rest(text);
  std::string kept = mark + "\n";
  for (int count = 1; count < kMaxStamps && !rest.empty();) {
    const auto line = take_line(rest);
    if (line == mark) continue;
    kept.append(line).push_back('\n');
    ++count;
  }
  return kept == text || folder.write_in_place("checked", kept);
}

bool is_stamped(const StateFolder& folder, const Stamp& stamp) {
  const auto mark = line_of(stamp);
  const auto text = folder.read("checked").value_or("");
  for (std::string_view rest(text); !rest.empty();) {
    if (take_line(rest) == mark) return true;
  }
  return false;
}

}  // namespace ztix::helper
