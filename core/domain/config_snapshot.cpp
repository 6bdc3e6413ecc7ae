#include "core/domain/config_snapshot.h"

#include <array>
#include <cstdio>

namespace ztix::domain {

bool has_session(const MembershipConfig& membership, const AttachmentConfig& attachment,
                 AddressFamily family) noexcept {
  if (family == AddressFamily::ipv6) return membership.session_v6;
  return membership.session_v4 && membership.ipv4.has_value() && attachment.ipv4.has_value();
}

std::string protocol_name(Asn asn, int router_sequence, int network_number, AddressFamily family) {
  std::array<char, 48> name{};
  std::snprintf(name.data(), name.size(), "as%u_%04d_n%d_%s", asn.number(), router_sequence, network_number,
                family == AddressFamily::ipv4 ? "v4" : "v6");
  return name.data();
}

}  // namespace ztix::domain
