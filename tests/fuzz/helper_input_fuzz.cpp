/// @file tests/fuzz/helper_input_fuzz.cpp
/// Whatever a caller sends to a helper that serves, no byte of a frame becomes a call and no text becomes a name.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <unistd.h>

#include "core/base/text.h"
#include "route-server/helper/frames.h"
#include "route-server/helper/root_text.h"
#include "route-server/helper/words.h"

namespace {

using namespace ztix::helper;

constexpr std::size_t kLongestCall = 10000;

/// @return false when the input cannot be used any further.
bool skip_frames(Input& input) {
  while (true) {
    const auto frame = read_frame_size(input);
    if (frame.code != ExitCode::done) return false;
    if (frame.bytes == 0) return true;
    if (frame.bytes < 0 || frame.bytes > kMaxObject) std::abort();
    for (auto left = static_cast<std::size_t>(frame.bytes); left > 0;) {
      const auto bytes = input.read_some(left);
      if (bytes.empty()) return false;
      if (bytes.size() > left) std::abort();
      left -= bytes.size();
    }
  }
}

void check_words(const Words& words) {
  if (!is_uuid(words.installation) || words.fence < 0) std::abort();
  if (words.adopt && words.verb != Verb::probe) std::abort();
  for (const auto& argument : words.arguments) {
    if (!are_plain(argument) || argument.find(' ') != std::string::npos) std::abort();
  }
  if (words.job != "-" && !are_plain(words.job)) std::abort();
}

void check_root(std::string_view text) {
  const auto includes = includes_of(text);
  for (const auto& object : includes.objects) {
    if (!is_sha256_hex(object)) std::abort();
  }
  if ((includes.foreign || !includes.objects.empty()) && !has_include(text)) std::abort();
  const auto digest = own_digest(text);
  if (!digest.empty() && !is_sha256_hex(digest)) std::abort();
  static_cast<void>(labels_of(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_root(bytes);
  const Descriptor memory(::memfd_create("input", MFD_CLOEXEC));
  if (!memory.is_open() || !write_all(memory.number(), bytes) || ::lseek(memory.number(), 0, SEEK_SET) != 0) return 0;
  Input input(memory.number());
  std::string line;
  while (input.read_line(line, kLongestCall) == Input::Line::whole) {
    const auto words = parse_words(line, true);
    if (words) check_words(*words);
    if (line.starts_with("put ") && !skip_frames(input)) break;
  }
  return 0;
}
