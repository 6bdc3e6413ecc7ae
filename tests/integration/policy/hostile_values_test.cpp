// Whatever the types let through must never become configuration of another meaning: BIRD accepts it, and it sees
// exactly the protocols that were wanted.

#include <random>
#include <set>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/domain/address_plan.h"
#include "core/render/bird_config.h"
#include "tests/support/bird_net.h"
#include "tests/support/eventually.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;

namespace {

/// Values from the edges of their types, picked by a fixed seed.
class Picker {
 public:
  explicit Picker(unsigned seed) : random_(seed) {}

  template <class T>
  T one_of(const std::vector<T>& values) {
    return values[random_() % values.size()];
  }
  bool coin() { return random_() % 2 == 0; }
  std::uint32_t number() { return static_cast<std::uint32_t>(random_()); }

  domain::Asn any_asn() {
    const auto made = domain::Asn::from_number(
        one_of<std::uint64_t>({1, 174, 23455, 64512, 65534, 65536, 131072, 4294967294, number()}));
    return made ? *made : asn(1);
  }
  IpAddress any_ipv6() {
    std::array<std::uint8_t, 16> bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(coin() ? 0 : number());
    bytes[0] = 0x20;
    return IpAddress::from_bytes(AddressFamily::ipv6, bytes);
  }
  Prefix any_prefix() {
    if (coin()) return Prefix::covering(IpAddress::from_ipv4(number()), number() % 33).value();
    return Prefix::covering(any_ipv6(), number() % 129).value();
  }

 private:
  std::mt19937 random_;
};

/// A key of the longest kind that the column and the renderer accept, made of anything they accept.
std::string any_key(Picker& pick) {
  static const std::vector<std::string> keys{"",         "disabled",    "passwordyes", "00000000", std::string(80, 'Z'),
                                             "include0", "ZTIXREVISION"};
  return pick.one_of(keys);
}

domain::ConfigSnapshot any_snapshot(unsigned seed) {
  Picker pick(seed);
  auto snapshot = empty_snapshot();
  snapshot.revision = pick.one_of<std::int64_t>({0, 1, 2147483647});
  snapshot.route_server.name = "x\"; protocol device evil { }\n";
  snapshot.route_server.bird_version = "2.0.12\"; include \"/etc/passwd";
  snapshot.route_server.router_id = IpAddress::from_ipv4(pick.number() | 1U);
  snapshot.route_server.rtr_caches = {{pick.any_ipv6(), 65535}, {IpAddress::from_ipv4(pick.number() | 0x01000000U), 1}};
  snapshot.route_server.attachments[0].local_asn = pick.any_asn();
  snapshot.policy.max_path_length = pick.one_of<unsigned>({0, 1, 32, 2047});
  if (pick.coin()) snapshot.policy.transit_free_asns.clear();
  if (pick.coin()) snapshot.policy.bogon_asns.clear();
  if (pick.coin()) snapshot.policy.bogon_prefixes.clear();
  std::set<domain::Asn> used{snapshot.route_server.attachments[0].local_asn};
  for (int i = 0; i < 6; ++i) {
    const auto number = pick.any_asn();
    if (!used.insert(number).second) continue;
    auto& member = add_member(snapshot, number.number());
    member.router_sequence = pick.one_of<int>({1, 10, 9999});
    member.session_v4 = pick.coin();
    member.session_v6 = pick.coin();
    member.md5_key = any_key(pick);
    member.ttl_security = pick.coin();
    member.limit_v4 = domain::PrefixLimit::of(AddressFamily::ipv4, pick.coin() ? 1 : 200'000).value();
    if (pick.coin()) {
      member.prefix_set.emplace();
      for (int j = 0; j < 20; ++j) member.prefix_set->push_back(pick.any_prefix());
    }
  }
  return snapshot;
}

std::set<std::string> wanted_protocols(const domain::ConfigSnapshot& snapshot) {
  std::set<std::string> wanted{"ztix_device"};
  for (const auto& m : snapshot.memberships) {
    for (const auto family : kAddressFamilies) {
      if (!domain::has_session(m, snapshot.route_server.attachments[0], family)) continue;
      wanted.insert(domain::protocol_name(m.asn, m.router_sequence, m.network_number, family));
    }
  }
  return wanted;
}

/// All protocols BIRD knows but those to the RTR caches, whose names hold an address.
std::set<std::string> seen_protocols(const BirdNode& node) {
  std::set<std::string> seen;
  std::istringstream lines(node.birdc("show protocols"));
  for (std::string line; std::getline(lines, line);) {
    const auto name = line.substr(0, line.find(' '));
    const bool is_row = line.find(" BGP ") != std::string::npos || line.find(" Device ") != std::string::npos;
    if (is_row) seen.insert(name);
  }
  return seen;
}

}  // namespace

TEST_CASE("Extreme values of every type give a configuration that BIRD accepts and that means what was wanted") {
  BirdNet net;
  auto& node = net.add_node("rs1", {"10.77.0.1/24", "2001:db8:77::1/64"});
  for (unsigned seed = 1; seed <= 40; ++seed) {
    CAPTURE(seed);
    const auto snapshot = any_snapshot(seed);
    const auto config = render::render_route_server(snapshot, node.folder()).value();
    REQUIRE_NOTHROW(give(node, config));
    CHECK(eventually(std::chrono::seconds(10), [&] { return seen_protocols(node) == wanted_protocols(snapshot); }));
    CHECK(node.birdc("eval ZTIX_DIGEST").find(config.ztix_digest) != std::string::npos);
  }
}
