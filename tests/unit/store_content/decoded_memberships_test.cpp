#include "core/store/decoded_memberships.h"

#include <doctest/doctest.h>

using namespace ztix;
using namespace ztix::store;

namespace {

domain::MembershipConfig membership(std::int64_t id) {
  return {id,
          1,
          1,
          domain::Asn::from_number(64500).value(),
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

}  // namespace

TEST_CASE("A membership that was read before is the same as one that is read now") {
  DecodedMemberships memberships;
  const auto text = encode(membership(1));
  CHECK(memberships.decode(text).value() == membership(1));
  CHECK(memberships.decode(text).value() == membership(1));
}

TEST_CASE("A membership is known by all of its text, so another one never stands in for it") {
  DecodedMemberships memberships;
  auto changed = membership(1);
  changed.ttl_security = !changed.ttl_security;
  REQUIRE(memberships.decode(encode(membership(1))));
  CHECK(memberships.decode(encode(changed)).value() == changed);
  CHECK(memberships.decode(encode(membership(2))).value() == membership(2));
}

TEST_CASE("A damaged membership stays damaged however often it is read") {
  DecodedMemberships memberships;
  for (int i = 0; i < 2; ++i) CHECK(memberships.decode("{}").error().code == ErrorCode::internal);
}

TEST_CASE("More memberships than are remembered are read all the same") {
  DecodedMemberships memberships(2 * encode(membership(1)).size());
  for (int round = 0; round < 2; ++round) {
    for (std::int64_t id = 1; id <= 5; ++id) CHECK(memberships.decode(encode(membership(id))).value().id == id);
  }
}
