// Numbers, identifiers and addresses of the exchange.

#include <algorithm>
#include <limits>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/domain/address_plan.h"
#include "core/domain/asn.h"
#include "core/domain/config_snapshot.h"
#include "core/domain/policy.h"
#include "core/domain/prefix_limit.h"
#include "core/domain/zerotier_id.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::domain;

TEST_CASE("Asn holds every number a network can have and no other") {
  for (const std::uint64_t good : {1ULL, 23455ULL, 23457ULL, 64512ULL, 65534ULL, 65536ULL, 1000001ULL, 4294967294ULL}) {
    CHECK(Asn::from_number(good)->number() == good);
  }
  for (const std::uint64_t bad :
       {0ULL, 23456ULL, 65535ULL, 4294967295ULL, 4294967296ULL, std::numeric_limits<unsigned long long>::max()}) {
    CHECK(!Asn::from_number(bad));
  }
}

TEST_CASE("Asn reads what people type") {
  CHECK(Asn::parse("1000001")->text() == "1000001");
  CHECK(Asn::parse("AS1000001")->number() == 1000001);
  CHECK(Asn::parse("as1")->number() == 1);
  for (const std::string bad :
       {"", "AS", "AS AS1", "0", "01", "-1", "1.10", "AS-SET", "4294967296", "1 ", "1;2", "ASAS1"}) {
    CAPTURE(bad);
    CHECK(!Asn::parse(bad));
  }
}

TEST_CASE("NodeId is ten hex digits in lower case and no reserved number") {
  CHECK(NodeId::parse("8056C2E21C")->text() == "8056c2e21c");
  for (const std::string bad : {"", "8056c2e21", "8056c2e21cc", "8056c2e21g", "0000000000", "ff00000001", "FFffffffff",
                                "8056c2e21 ", "../../../.", "8056c2e2\n1"}) {
    CAPTURE(bad);
    CHECK(!NodeId::parse(bad));
  }
}

TEST_CASE("ZtNetworkId begins with its controller's node id") {
  CHECK(ZtNetworkId::parse("8056C2E21C000001")->text() == "8056c2e21c000001");
  CHECK(ZtNetworkId::parse("8056c2e21c000001")->controller_address() == "8056c2e21c");
  for (const std::string bad :
       {"", "8056c2e21c00000", "0000000000000001", "ff00000001000001", "8056c2e21c00000_", "8056c2e21c______"}) {
    CAPTURE(bad);
    CHECK(!ZtNetworkId::parse(bad));
  }
}

TEST_CASE("A member's IPv6 address spells AS number and sequence in decimal digits") {
  const auto lan = test::prefix("2001:db8:77::/64");
  CHECK(member_ipv6(lan, test::asn(1000001), 1)->text() == "2001:db8:77:0:a500:100:1:1");
  CHECK(member_ipv6(lan, test::asn(4294967294), 9999)->text() == "2001:db8:77:0:a542:9496:7294:9999");
  CHECK(member_ipv6(lan, test::asn(1), 1)->text() == "2001:db8:77:0:a500:0:1:1");
  CHECK(member_ipv6(lan, test::asn(1), 0).error().code == ErrorCode::out_of_range);
  CHECK(member_ipv6(lan, test::asn(1), 10000).error().code == ErrorCode::out_of_range);
  CHECK(member_ipv6(test::prefix("2001:db8:77::/48"), test::asn(1), 1).error().code == ErrorCode::invalid_argument);
  CHECK(member_ipv6(test::prefix("10.77.0.0/24"), test::asn(1), 1).error().code == ErrorCode::invalid_argument);
}

TEST_CASE("Different memberships get different IPv6 addresses") {
  std::set<std::string> seen;
  const auto lan = test::prefix("2001:db8:77::/64");
  for (const std::uint32_t number : {1U, 10U, 100U, 1000U, 10001U, 1000010000U}) {
    for (const int sequence : {1, 10, 11, 100, 1000, 9999}) {
      CHECK(seen.insert(member_ipv6(lan, test::asn(number), sequence)->text()).second);
    }
  }
}

TEST_CASE("PrefixLimit is at least one and at most what its family allows") {
  CHECK(PrefixLimit::of(AddressFamily::ipv4, 1)->max() == 1);
  CHECK(PrefixLimit::of(AddressFamily::ipv4, 200'000).has_value());
  CHECK(PrefixLimit::of(AddressFamily::ipv4, 0).error().code == ErrorCode::out_of_range);
  CHECK(PrefixLimit::of(AddressFamily::ipv4, 200'001).error().code == ErrorCode::out_of_range);
  CHECK(PrefixLimit::of(AddressFamily::ipv6, 100'000).has_value());
  CHECK(PrefixLimit::of(AddressFamily::ipv6, 100'001).error().code == ErrorCode::out_of_range);
  for (const auto family : kAddressFamilies) {
    CHECK(PrefixLimit::of(family, PrefixLimit::standard(family).max()).value() == PrefixLimit::standard(family));
  }
}

TEST_CASE("protocol_name is unique in every part and legal in BIRD") {
  CHECK(protocol_name(test::asn(1000001), 1, 1, AddressFamily::ipv4) == "as1000001_0001_n1_v4");
  CHECK(protocol_name(test::asn(4294967294), 9999, 12, AddressFamily::ipv6) == "as4294967294_9999_n12_v6");
  CHECK(protocol_name(test::asn(1), 12, 3, AddressFamily::ipv6) !=
        protocol_name(test::asn(11), 2, 3, AddressFamily::ipv6));
}

TEST_CASE("has_session needs the member's wish and addresses on both sides") {
  auto snapshot = test::empty_snapshot();
  auto& member = test::add_member(snapshot, 1000001);
  auto& attachment = snapshot.route_server.attachments[0];
  CHECK(has_session(member, attachment, AddressFamily::ipv4));
  CHECK(has_session(member, attachment, AddressFamily::ipv6));
  member.session_v6 = false;
  CHECK(!has_session(member, attachment, AddressFamily::ipv6));
  attachment.ipv4.reset();
  CHECK(!has_session(member, attachment, AddressFamily::ipv4));
  attachment.ipv4 = test::ip("10.77.0.1");
  member.ipv4.reset();
  CHECK(!has_session(member, attachment, AddressFamily::ipv4));
}

TEST_CASE("The shipped policy refuses every AS number that IANA keeps back and none that it gives out") {
  const auto policy = PolicyDefinition::standard();
  const auto is_bogon = [&](std::uint32_t number) {
    return std::any_of(policy.bogon_asns.begin(), policy.bogon_asns.end(),
                       [&](const AsnRange& range) { return range.first <= number && number <= range.last; });
  };
  for (const std::uint32_t kept : {0U, 23456U, 64496U, 64511U, 64512U, 65534U, 65535U, 65536U, 65551U, 65552U, 131071U,
                                   4200000000U, 4294967294U, 4294967295U}) {
    CAPTURE(kept);
    CHECK(is_bogon(kept));
  }
  for (const std::uint32_t given : {1U, 174U, 23455U, 23457U, 64495U, 131072U, 1000001U, 4199999999U}) {
    CAPTURE(given);
    CHECK(!is_bogon(given));
  }
  for (const auto asn : policy.transit_free_asns) CHECK(!is_bogon(asn));
}

TEST_CASE("The shipped policy refuses special-purpose prefixes and none of the anycast exceptions") {
  const auto policy = PolicyDefinition::standard();
  const auto is_bogon = [&](std::string_view text) {
    return std::any_of(policy.bogon_prefixes.begin(), policy.bogon_prefixes.end(),
                       [&](const Prefix& each) { return each.contains(test::prefix(text)); });
  };
  for (const std::string kept :
       {"0.1.0.0/16",       "10.77.0.0/24",  "100.64.0.0/10",  "127.0.0.1/32",   "169.254.1.0/24", "172.31.0.0/16",
        "192.0.0.0/24",     "192.0.2.0/24",  "192.88.99.0/24", "192.168.0.0/16", "198.19.0.0/16",  "198.51.100.0/24",
        "203.0.113.0/24",   "239.0.0.0/8",   "255.0.0.0/8",    "2001::/32",      "2001:2::/48",    "2001:1f::/32",
        "2001:db8:77::/48", "2002:a00::/24", "3ffe::/16",      "3fff::/20"}) {
    CAPTURE(kept);
    CHECK(is_bogon(kept));
  }
  // AS112 (RFC 7534, 7535), AMT (RFC 7450) and neighbours of the above are routed.
  for (const std::string routed : {"192.31.196.0/24", "192.175.48.0/24", "192.52.193.0/24", "2001:4:112::/48",
                                   "2620:4f:8000::/48", "100.128.0.0/16", "172.32.0.0/16", "198.20.0.0/16",
                                   "44.128.0.0/16", "2a10:77::/32", "2001:678::/32", "2003::/19", "3fff:1000::/20"}) {
    CAPTURE(routed);
    CHECK(!is_bogon(routed));
  }
}

TEST_CASE("Reject reasons keep their Euro-IX numbers") {
  CHECK(static_cast<int>(RejectReason::prefix_too_long) == 1);
  CHECK(static_cast<int>(RejectReason::prefix_too_short) == 2);
  CHECK(static_cast<int>(RejectReason::bogon_prefix) == 3);
  CHECK(static_cast<int>(RejectReason::bogon_asn) == 4);
  CHECK(static_cast<int>(RejectReason::path_too_long) == 5);
  CHECK(static_cast<int>(RejectReason::path_empty) == 6);
  CHECK(static_cast<int>(RejectReason::first_as_not_peer) == 7);
  CHECK(static_cast<int>(RejectReason::next_hop_not_peer) == 8);
  CHECK(static_cast<int>(RejectReason::prefix_not_in_set) == 9);
  CHECK(static_cast<int>(RejectReason::rpki_invalid) == 13);
  CHECK(static_cast<int>(RejectReason::transit_free_asn) == 14);
  CHECK(static_cast<int>(RejectReason::own_lan) == 50);
  CHECK(static_cast<int>(RejectReason::outside_global_unicast) == 51);
}
