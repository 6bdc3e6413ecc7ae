#include "core/domain/config_snapshot.h"

namespace ztix::domain {

bool has_session(const MembershipConfig& membership, const AttachmentConfig& attachment,
                 AddressFamily family) noexcept {
  if (family == AddressFamily::ipv6) return membership.session_v6;
  return membership.session_v4 && membership.ipv4.has_value() && attachment.ipv4.has_value();
}

std::string protocol_name(Asn asn, int router_sequence, int network_number, AddressFamily family) {
  const auto sequence = std::to_string(router_sequence);
  std::string name = "as" + asn.text() + "_";
  if (sequence.size() < 4) name.append(4 - sequence.size(), '0');
  name += sequence + "_n" + std::to_string(network_number) + "_";
  name += short_name(family);
  return name;
}

}  // namespace ztix::domain
