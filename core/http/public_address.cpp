#include "core/http/public_address.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <curl/curl.h>

namespace ztix::http {
namespace {

using V4 = std::uint32_t;
using V6 = std::array<std::uint8_t, 16>;

struct Block {
  V4 first;
  unsigned length;
};

// RFC 6890: this network, private, shared, loopback, link-local, private, IETF, private, benchmarks, multicast and all
// above it.
constexpr std::array kSpecial{
    Block{0x00000000, 8},  Block{0x0A000000, 8},  Block{0x64400000, 10}, Block{0x7F000000, 8},  Block{0xA9FE0000, 16},
    Block{0xAC100000, 12}, Block{0xC0000000, 24}, Block{0xC0A80000, 16}, Block{0xC6120000, 15}, Block{0xE0000000, 3}};

bool is_public(V4 address) noexcept {
  return std::none_of(kSpecial.begin(), kSpecial.end(),
                      [address](const Block& block) { return ((address ^ block.first) >> (32 - block.length)) == 0; });
}

/// Only 2000::/3 is given out, and of it not the parts that carry an IPv4 address.
bool is_public(const V6& bytes) noexcept {
  const bool global = (bytes[0] & 0xE0U) == 0x20U;
  const bool six_to_four = bytes[0] == 0x20 && bytes[1] == 0x02;
  const bool teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
  return global && !six_to_four && !teredo;
}

}  // namespace

bool is_public_address(const sockaddr& address) noexcept {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  V6 bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return is_public(bytes);
}

bool names_an_address(const std::string& url) {
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> whole(curl_url(), &curl_url_cleanup);
  char* text = nullptr;
  if (!whole || curl_url_set(whole.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK ||
      curl_url_get(whole.get(), CURLUPART_HOST, &text, 0) != CURLUE_OK) {
    return false;
  }
  std::string host(text);
  curl_free(text);
  if (host == "localhost" || host.starts_with('[')) return true;
  // curl has turned every spelling of an IPv4 address into four decimal numbers.
  return host.find_first_not_of("0123456789.") == std::string::npos;
}

}  // namespace ztix::http
