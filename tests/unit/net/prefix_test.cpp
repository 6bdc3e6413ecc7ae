#include "core/net/prefix.h"

#include <string>

#include <doctest/doctest.h>

#include "core/net/ipv4_range.h"

using namespace ztix;

namespace {

Prefix prefix(std::string_view text) { return Prefix::parse(text).value(); }
IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

TEST_CASE("Prefix reads and writes both families") {
  CHECK(prefix("10.77.0.0/24").text() == "10.77.0.0/24");
  CHECK(prefix("0.0.0.0/0").text() == "0.0.0.0/0");
  CHECK(prefix("10.0.0.1/32").text() == "10.0.0.1/32");
  CHECK(prefix("2001:DB8:77::/64").text() == "2001:db8:77::/64");
  CHECK(prefix("::/0").length() == 0);
  CHECK(prefix("2001:db8::1/128").family() == AddressFamily::ipv6);
}

TEST_CASE("Prefix refuses set host bits and whatever is no prefix") {
  for (const std::string bad : {"", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.1/24", "10.0.0.0/08",
                                "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/8 ", "2001:db8::/129",
                                "2001:db8::1/64", "10.0.0.0/4294967304", "::ffff:10.0.0.0/104"}) {
    CAPTURE(bad);
    CHECK(!Prefix::parse(bad));
  }
}

TEST_CASE("Prefix::covering clears the host bits of every length") {
  for (unsigned length = 0; length <= 32; ++length) {
    const auto made = Prefix::covering(ip("255.255.255.255"), length).value();
    CHECK(made.address().to_ipv4() == (length == 0 ? 0 : ~std::uint32_t{0} << (32 - length)));
    CHECK(made.last_address() == ip("255.255.255.255"));
  }
  CHECK(Prefix::covering(ip("2001:db8::ffff:1"), 65)->text() == "2001:db8::/65");
  CHECK(!Prefix::covering(ip("10.0.0.0"), 33));
  CHECK(!Prefix::covering(ip("::"), 129));
}

TEST_CASE("Prefix contains what is in it and nothing of the other family") {
  const auto lan = prefix("10.77.0.0/24");
  CHECK(lan.contains(ip("10.77.0.0")));
  CHECK(lan.contains(ip("10.77.0.255")));
  CHECK(!lan.contains(ip("10.77.1.0")));
  CHECK(!lan.contains(ip("::a4d:0")));
  CHECK(lan.contains(prefix("10.77.0.128/25")));
  CHECK(lan.contains(lan));
  CHECK(!lan.contains(prefix("10.77.0.0/23")));
  CHECK(!prefix("0.0.0.0/0").contains(ip("::")));
  CHECK(prefix("10.76.0.0/15").overlaps(lan));
  CHECK(lan.overlaps(prefix("10.76.0.0/15")));
  CHECK(!lan.overlaps(prefix("10.78.0.0/24")));
}

TEST_CASE("Prefix knows its last address") {
  CHECK(prefix("10.77.0.0/23").last_address() == ip("10.77.1.255"));
  CHECK(prefix("2001:db8:77::/64").last_address() == ip("2001:db8:77:0:ffff:ffff:ffff:ffff"));
  CHECK(prefix("10.0.0.1/32").last_address() == ip("10.0.0.1"));
}

TEST_CASE("Ipv4Range reads FIRST-LAST with first not above last") {
  const auto pool = Ipv4Range::parse("10.77.0.10-10.77.0.250").value();
  CHECK(pool.size() == 241);
  CHECK(pool.contains(ip("10.77.0.10")));
  CHECK(pool.contains(ip("10.77.0.250")));
  CHECK(!pool.contains(ip("10.77.0.251")));
  CHECK(!pool.contains(ip("::a4d:a")));
  CHECK(pool.text() == "10.77.0.10-10.77.0.250");
  CHECK(Ipv4Range::parse("10.0.0.1-10.0.0.1")->size() == 1);
  CHECK(Ipv4Range::parse("0.0.0.0-255.255.255.255")->size() == 4294967296);
  for (const std::string bad :
       {"", "-", "10.0.0.1", "10.0.0.2-10.0.0.1", "10.0.0.1-", "-10.0.0.1", "::1-::2", "10.0.0.1-10.0.0.2-10.0.0.3"}) {
    CAPTURE(bad);
    CHECK(!Ipv4Range::parse(bad));
  }
}
