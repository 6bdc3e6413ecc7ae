#include "core/http/public_address.h"

#include <cstring>

#include <arpa/inet.h>
#include <doctest/doctest.h>

namespace ztix::http {
namespace {

bool is_public(const char* text) {
  sockaddr_storage storage{};
  sockaddr_in v4{};
  sockaddr_in6 v6{};
  if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    std::memcpy(&storage, &v4, sizeof v4);
  } else {
    REQUIRE(inet_pton(AF_INET6, text, &v6.sin6_addr) == 1);
    v6.sin6_family = AF_INET6;
    std::memcpy(&storage, &v6, sizeof v6);
  }
  return is_public_address(reinterpret_cast<const sockaddr&>(storage));
}

TEST_CASE(
    "[identity 7] Addresses of this machine and of private networks are not public, in whatever they are wrapped") {
  for (const char* text : {"8.8.8.8", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.167.0.1",
                           "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2001:4860::1"}) {
    CHECK_MESSAGE(is_public(text), text);
  }
  for (const char* text : {"0.0.0.0",          "10.1.2.3",       "100.64.0.1",      "127.0.0.1", "127.255.255.254",
                           "169.254.169.254",  "172.16.0.1",     "172.31.255.255",  "192.0.0.8", "192.168.0.1",
                           "198.18.0.1",       "224.0.0.1",      "255.255.255.255", "::",        "::1",
                           "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "fe80::1",   "fc00::1",
                           "fd12::1",          "ff02::1",        "2002:7f00:1::1",  "2001:0::1"}) {
    CHECK_MESSAGE(!is_public(text), text);
  }
}

TEST_CASE("An address in a URL is told from a name, however it is spelt") {
  for (const char* url :
       {"http://127.0.0.1:80/x", "http://[::1]/", "http://localhost:1/", "http://2130706433/", "http://0x7f.1/"}) {
    CHECK_MESSAGE(names_an_address(url), url);
  }
  for (const char* url :
       {"https://auth.peeringdb.com/", "http://localhost.example/", "http://127.0.0.1.example/", ""}) {
    CHECK_MESSAGE(!names_an_address(url), url);
  }
}

}  // namespace
}  // namespace ztix::http
