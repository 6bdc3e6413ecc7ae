/// @file tests/fuzz/controller_reply_fuzz.cpp
/// What a controller says is outside text: any bytes must be read or refused, never crash.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/fabric/controller_reply.h"
#include "core/fabric/wanted_state.h"

namespace {

void read_members(std::string_view text, ztix::fabric::ReplyShape shape) {
  using namespace ztix::fabric;
  (void)parse_network(text, shape);
  (void)parse_members(text, shape);
  const auto member = parse_member(text, shape);
  if (!member) return;
  (void)fabric_member(*member);
  (void)is_as_wanted(*member, WantedMember{true, {"192.0.2.1"}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_members(text, ztix::fabric::ReplyShape::local);
  read_members(text, ztix::fabric::ReplyShape::central);
  (void)ztix::fabric::parse_member_ids(text);
  (void)ztix::fabric::parse_status_address(text);
  (void)ztix::fabric::parse_database_ready(text);
  (void)ztix::fabric::failure_description(text);
  return 0;
}
