#include "cli/arguments.h"

#include <doctest/doctest.h>

namespace ztix::cli {
namespace {

TEST_CASE("an argument that is wrong names its option and says that nothing was changed") {
  const auto refused = asn_argument("--asn", "0");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::invalid_argument);
  CHECK(refused.error().message.starts_with("--asn is not an AS number"));
  CHECK(refused.error().message.find("nothing was changed") != std::string::npos);
}

TEST_CASE("AS numbers are read with and without the letters") {
  CHECK(asn_argument("--asn", "64500")->number() == 64500);
  CHECK(asn_argument("--asn", "AS64500")->number() == 64500);
  for (const char* text : {"", "0", "23456", "65535", "4294967295", "4294967296", "-1", "1.1", "64500x"}) {
    CAPTURE(text);
    CHECK_FALSE(asn_argument("--asn", text));
  }
}

TEST_CASE("network and node ids are hexadecimal and of their length") {
  CHECK(network_id_argument("NETWORK", "8056c2e21c000001")->text() == "8056c2e21c000001");
  CHECK_FALSE(network_id_argument("NETWORK", "8056c2e21c00000"));
  CHECK_FALSE(network_id_argument("NETWORK", "8056c2e21c00000g"));
  CHECK(node_id_argument("node", "a1b2c3d4e5")->text() == "a1b2c3d4e5");
  CHECK_FALSE(node_id_argument("node", "a1b2c3d4"));
}

TEST_CASE("prefixes are of the wanted family and have no host bits") {
  CHECK(prefix_argument("--lan-v4", "192.0.2.0/24", AddressFamily::ipv4));
  CHECK_FALSE(prefix_argument("--lan-v4", "192.0.2.1/24", AddressFamily::ipv4));
  CHECK_FALSE(prefix_argument("--lan-v4", "2001:db8::/64", AddressFamily::ipv4));
  CHECK(prefix_argument("--lan-v6", "2001:db8::/64", AddressFamily::ipv6));
  CHECK_FALSE(prefix_argument("--lan-v6", "2001:db8::/129", AddressFamily::ipv6));
}

TEST_CASE("an address that is not given is none, and a wrong one is refused") {
  CHECK_FALSE(optional_address("--ipv4", "", AddressFamily::ipv4)->has_value());
  CHECK(optional_address("--ipv4", "192.0.2.1", AddressFamily::ipv4)->has_value());
  CHECK_FALSE(optional_address("--ipv4", "2001:db8::1", AddressFamily::ipv4));
  CHECK_FALSE(optional_address("--ipv4", "192.0.2.256", AddressFamily::ipv4));
}

TEST_CASE("RTR caches are an address and a port") {
  const auto v4 = rtr_cache_argument("192.0.2.251:323");
  REQUIRE(v4);
  CHECK(v4->address.text() == "192.0.2.251");
  CHECK(v4->port == 323);
  CHECK(rtr_cache_argument("[2001:db8::1]:8282")->port == 8282);
  for (const char* text :
       {"", "192.0.2.251", "192.0.2.251:", "192.0.2.251:0", "192.0.2.251:65536", "cache.example:323"}) {
    CAPTURE(text);
    CHECK_FALSE(rtr_cache_argument(text));
  }
}

TEST_CASE("of an option that is repeated one wrong value refuses all") {
  CHECK(all_of<domain::Asn>("--asn", {"64500", "64501"}, asn_argument)->size() == 2);
  CHECK(all_of<domain::Asn>("--asn", {}, asn_argument)->empty());
  CHECK_FALSE(all_of<domain::Asn>("--asn", {"64500", "x"}, asn_argument));
}

}  // namespace
}  // namespace ztix::cli
