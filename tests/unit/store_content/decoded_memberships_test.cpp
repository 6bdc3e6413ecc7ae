#include "core/store/decoded_memberships.h"

#include <doctest/doctest.h>

#include "tests/unit/store_content/memberships.h"

using namespace ztix;
using namespace ztix::store;
using test::least_membership;

TEST_CASE("A membership that was read before is the same as one that is read now") {
  DecodedMemberships memberships;
  const auto text = encode(least_membership(1));
  CHECK(memberships.decode(text).value() == least_membership(1));
  CHECK(memberships.decode(text).value() == least_membership(1));
}

TEST_CASE("A membership is known by all of its text, so another one never stands in for it") {
  DecodedMemberships memberships;
  auto changed = least_membership(1);
  changed.ttl_security = !changed.ttl_security;
  REQUIRE(memberships.decode(encode(least_membership(1))));
  CHECK(memberships.decode(encode(changed)).value() == changed);
  CHECK(memberships.decode(encode(least_membership(2))).value() == least_membership(2));
}

TEST_CASE("A damaged membership stays damaged however often it is read") {
  DecodedMemberships memberships;
  for (int i = 0; i < 2; ++i) CHECK(memberships.decode("{}").error().code == ErrorCode::internal);
}

TEST_CASE("More memberships than are remembered are read all the same") {
  DecodedMemberships memberships(2 * encode(least_membership(1)).size());
  for (int round = 0; round < 2; ++round) {
    for (std::int64_t id = 1; id <= 5; ++id) CHECK(memberships.decode(encode(least_membership(id))).value().id == id);
  }
}
