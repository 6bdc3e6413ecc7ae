/// @file tests/fuzz/ztix_rs_reply_fuzz.cpp
/// Whatever a route server answers, reading it neither crashes nor believes what is not there.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "core/remote/helper_reply.h"

namespace {

/// The first byte is the exit code, the rest is the helper's output.
void read_as_everything(int exit_code, std::string_view output) {
  namespace remote = ztix::remote;
  if (const auto probe = remote::parse_probe(output)) {
    if (!probe->running_digest.empty() && probe->running_digest.size() != 64) std::abort();
    if (!probe->boot_root.empty() && probe->boot_root.size() != 64) std::abort();
    for (const auto& protocol : probe->protocols) {
      const auto& counters = protocol.counters;
      if (counters && (counters->imported < 0 || counters->filtered < 0 || counters->exported < 0)) std::abort();
    }
    if (probe->fence < 0 || probe->undo_in.count() < 0) std::abort();
  }
  if (const auto status = remote::parse_status(output)) {
    if (!status->armed && status->undo_in.count() != 0) std::abort();
  }
  for (std::size_t count = 0; count < 3; ++count) {
    if (const auto stored = remote::parse_stored(output, count); stored && stored->size() != count) std::abort();
  }
  const std::vector<std::string> digests{std::string(64, 'a'), std::string(64, 'b')};
  if (const auto files = remote::parse_files(output, digests); files && files->size() != digests.size()) std::abort();
  const remote::HelperReply reply{exit_code, std::string(output), std::string(output)};
  if (remote::parse_verdict(reply).ok != (exit_code == 0)) std::abort();
  if (exit_code != 0 && remote::to_error(reply).message.empty()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  read_as_everything(data[0], std::string_view(reinterpret_cast<const char*>(data) + 1, size - 1));
  return 0;
}
