/// @file tests/fuzz/peeringdb_reply_fuzz.cpp
/// What PeeringDB says, and what people write into it, is outside text: any bytes must be read or refused, never crash.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/peeringdb/peeringdb_reply.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ztix;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::set<domain::Asn> asked{domain::Asn::from_number(64496).value(), domain::Asn::from_number(64497).value()};
  if (auto networks = peeringdb::parse_networks(text, asked)) {
    (void)peeringdb::add_exchanges(text, *networks);
    (void)peeringdb::add_contacts(text, *networks);
    for (const auto& entry : networks->entries) (void)service::missing_parts(entry);
  }
  for (const auto& set : domain::parse_as_sets(text).sets) {
    // What is stored is read again.
    if (domain::AsSet::parse(set.text()) != set) std::abort();
  }
  return 0;
}
