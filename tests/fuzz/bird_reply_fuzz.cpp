/// @file tests/fuzz/bird_reply_fuzz.cpp
/// Whatever comes from BIRD's control socket, reading it neither crashes nor adds lines to an answer.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/base/text.h"
#include "route-server/helper/bird_protocols.h"
#include "route-server/helper/bird_reply.h"
#include "route-server/helper/bird_status.h"
#include "route-server/helper/words.h"

namespace {

using namespace ztix::helper;

void tell_everything(const BirdReplies& replies) {
  Answer answer;
  for (const auto& reply : replies.all()) {
    say_protocols(reply, answer);
    say_roa_count(reply, answer);
    if (const auto count = first_count(reply); count && !parse_number(*count)) std::abort();
    for (const auto& name : protocol_names(reply)) {
      if (name.find(' ') != std::string::npos) std::abort();
    }
  }
  for (std::string_view rest(answer.text()); !rest.empty();) {
    const auto line = take_line(rest);
    if (!line.starts_with("protocol ") && !line.starts_with("session ") && !line.starts_with("roa ")) std::abort();
  }
}

}  // namespace

/// The first byte says in how many pieces the rest comes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto commands = observing();
  commands.emplace_back("show protocols all");
  ReplyReader reader(commands);
  const std::size_t piece = std::max<std::size_t>(1, data[0]);
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) reader.take(bytes.substr(0, piece));
  const BirdReplies replies(std::move(reader).replies());
  const auto status = read_status(replies);
  if (status.digest != "none" && !is_sha256_hex(status.digest)) std::abort();
  if (status.revision != "none" && !parse_number(status.revision)) std::abort();
  if (status.server_time.find(' ') != std::string::npos || status.left.find(' ') != std::string::npos) std::abort();
  tell_everything(replies);
  return 0;
}
