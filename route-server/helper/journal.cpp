#include "route-server/helper/journal.h"

#include <algorithm>
#include <array>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>

#include "route-server/helper/clock_text.h"

namespace ztix::helper {
namespace {

constexpr off_t kMaxSize = 1048576;  // bytes; half of it is kept when it is cut
constexpr std::size_t kKept = kMaxSize / 2;

constexpr std::array<std::string_view, 9> kJournaled{"put",     "arm",    "confirm", "undo", "persist",
                                                     "disable", "enable", "gc",      "adopt"};

void cut(const StateFolder& folder) {
  const auto text = folder.read("journal");
  if (!text || text->size() <= kKept) return;
  if (folder.write_in_place(".journal.new", std::string_view(*text).substr(text->size() - kKept))) {
    // A journal that lost its last lines in a power cut is still one.
    if (folder.rename(".journal.new", "journal")) return;
  }
  folder.remove(".journal.new");
}

}  // namespace

void note_in_journal(const Call& call, ExitCode code) {
  if (std::find(kJournaled.begin(), kJournaled.end(), call.journal_verb) == kJournaled.end()) return;
  const Descriptor file(::openat(call.folder.number(), "journal", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  struct stat found {};
  if (!file.is_open() || ::fstat(file.number(), &found) != 0) return;
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const auto line = time_in_seconds(now) + " verb=" + call.journal_verb + " fence=" + std::to_string(call.words.fence) +
                    " root=" + call.root + " exit=" + std::to_string(static_cast<int>(code)) +
                    " job=" + call.words.job + "\n";
  if (write_all(file.number(), line) && found.st_size > kMaxSize) cut(call.folder);
}

}  // namespace ztix::helper
