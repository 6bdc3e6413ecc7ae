#include "route-server/helper/serve.h"

#include <sys/stat.h>
#include <unistd.h>

#include "route-server/helper/call.h"

namespace ztix::helper {
namespace {

constexpr const char* kInstalled = "/usr/local/lib/ztix/ztix-rs";
constexpr const char* kRunning = "/proc/self/exe";
/// Ten times what a worker says at once: 1,000 digests.
constexpr std::size_t kLongestCall = 1000000;

/// The kernel keeps the file that runs, so its number does not come back to another one while this process lives.
bool is_still_installed() {
  struct stat running {};
  struct stat installed {};
  return ::stat(kRunning, &running) == 0 && ::stat(kInstalled, &installed) == 0 && running.st_dev == installed.st_dev &&
         running.st_ino == installed.st_ino;
}

bool answer(const Outcome& outcome) {
  return write_all(STDOUT_FILENO, std::to_string(static_cast<int>(outcome.code)) + " " +
                                      std::to_string(outcome.text.size()) + "\n" + outcome.text);
}

/// @return false when nothing more is taken.
bool take_call(const std::string& words, Input& input) {
  if (!is_still_installed()) {
    static_cast<void>(write_all(STDOUT_FILENO, "- 0\n"));
    return false;
  }
  if (words.empty()) return answer({});
  const auto outcome = carry_out(words, input, true);
  if (!answer(outcome)) return false;
  // Frames that were not all read would be taken for calls.
  return outcome.code == ExitCode::done || !words.starts_with("put ");
}

}  // namespace

int serve(Input& input) {
  if (!write_all(STDOUT_FILENO, "serving 1\n")) return 0;
  std::string words;
  while (input.read_line(words, kLongestCall) == Input::Line::whole && take_call(words, input)) {
  }
  return 0;
}

}  // namespace ztix::helper
