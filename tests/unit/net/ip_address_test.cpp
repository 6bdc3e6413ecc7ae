#include "core/net/ip_address.h"

#include <array>
#include <random>
#include <stdexcept>
#include <string>

#include <arpa/inet.h>
#include <doctest/doctest.h>

using ztix::AddressFamily;
using ztix::IpAddress;

TEST_CASE("IpAddress reads plain addresses and writes them in canonical form") {
  const auto text = [](std::string_view from) { return IpAddress::parse(from).value().text(); };
  CHECK(text("10.77.0.1") == "10.77.0.1");
  CHECK(text("0.0.0.0") == "0.0.0.0");
  CHECK(text("255.255.255.255") == "255.255.255.255");
  CHECK(text("2001:0DB8:0000:0000:0000:0000:0000:0001") == "2001:db8::1");
  CHECK(text("::") == "::");
  CHECK(text("::1") == "::1");
  CHECK(text("1::") == "1::");
  // RFC 5952 section 4.2: one group alone is not shortened, of equal runs the first is, else the longest.
  CHECK(text("2001:db8:0:1:1:1:1:1") == "2001:db8:0:1:1:1:1:1");
  CHECK(text("2001:0:0:1:0:0:0:1") == "2001:0:0:1::1");
  CHECK(text("2001:db8:0:0:1:0:0:1") == "2001:db8::1:0:0:1");
  CHECK(text("0:0:0:0:0:ffff:a4d:1") == "::ffff:a4d:1");
}

TEST_CASE("IpAddress refuses everything but one plain address") {
  for (const std::string bad : {"",
                                " ",
                                "10.77.0",
                                "10.77.0.1 ",
                                " 10.77.0.1",
                                "10.77.0.256",
                                "10.077.0.1",
                                "10.77.0.1/24",
                                "0x0a.1.1.1",
                                "10.77.1",
                                "1:2:3:4:5:6:7",
                                "1:2:3:4:5:6:7:8:9",
                                "::1::",
                                "fe80::1%eth0",
                                ":::",
                                "12345::",
                                "g::",
                                "::ffff:10.77.0.1",
                                "::10.77.0.1",
                                "[::1]",
                                "localhost",
                                "10.77.0.1\n"}) {
    CAPTURE(bad);
    CHECK(!IpAddress::parse(bad));
  }
  CHECK(!IpAddress::parse(std::string("10.77.0.1\0", 10)));
  CHECK(!IpAddress::parse(std::string(1000, ':')));
}

TEST_CASE("IpAddress writes what the system's own reader takes for the same bytes") {
  std::mt19937 random(42);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same addresses in every run
  for (int round = 0; round < 20000; ++round) {
    std::array<std::uint8_t, 16> bytes{};
    // Many zeros, so that gaps of every place and length come up.
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
      if (random() % 2 == 0) continue;
      bytes[i] = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
      bytes[i + 1] = static_cast<std::uint8_t>(random());
    }
    for (const auto family : {AddressFamily::ipv4, AddressFamily::ipv6}) {
      const auto address = IpAddress::from_bytes(family, bytes);
      std::array<std::uint8_t, 16> again{};
      REQUIRE(inet_pton(family == AddressFamily::ipv4 ? AF_INET : AF_INET6, address.text().c_str(), again.data()) == 1);
      REQUIRE(again == address.bytes());
      if (address.text().find('.') == std::string::npos || address.is_ipv4()) {
        REQUIRE(IpAddress::parse(address.text()) == address);
      }
    }
  }
}

TEST_CASE("IpAddress sorts IPv4 before IPv6 and then by value") {
  const auto ip = [](std::string_view text) { return IpAddress::parse(text).value(); };
  CHECK(ip("9.0.0.0") < ip("10.0.0.0"));
  CHECK(ip("255.255.255.255") < ip("::"));
  CHECK(ip("::1") < ip("::2"));
  CHECK(ip("10.0.0.1") == ip("10.0.0.1"));
}

TEST_CASE("IpAddress as a number is for IPv4 only") {
  CHECK(IpAddress::from_ipv4(0x0a4d0001).text() == "10.77.0.1");
  CHECK(IpAddress::parse("10.77.0.1")->to_ipv4() == 0x0a4d0001);
  CHECK_THROWS_AS(static_cast<void>(IpAddress::parse("::1")->to_ipv4()), std::logic_error);
}

TEST_CASE("IpAddress::append_to goes on behind what is there") {
  std::string text = "from ";
  IpAddress::parse("2001:db8::1")->append_to(text);
  CHECK(text == "from 2001:db8::1");
}
