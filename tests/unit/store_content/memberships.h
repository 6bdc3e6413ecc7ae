#pragma once

/// @file tests/unit/store_content/memberships.h
/// A membership that the cases about stored content begin with.

#include "core/domain/config_snapshot.h"

namespace ztix::test {

/// Nothing set that may be absent.
inline domain::MembershipConfig least_membership(std::int64_t id = 1) {
  return {id,
          1,
          1,
          domain::Asn::from_number(1).value(),
          1,
          std::nullopt,
          IpAddress::parse("2001:db8::1").value(),
          true,
          true,
          "",
          false,
          domain::PrefixLimit::standard(AddressFamily::ipv4),
          domain::PrefixLimit::standard(AddressFamily::ipv6),
          std::nullopt};
}

}  // namespace ztix::test
