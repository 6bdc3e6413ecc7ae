#include "core/store/config_content.h"

#include <doctest/doctest.h>

#include "core/store/host_probe_json.h"
#include "tests/unit/store_content/memberships.h"

using namespace ztix;
using namespace ztix::store;
using domain::MembershipConfig;
using test::least_membership;

namespace {

IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }
Prefix prefix(const char* text) { return Prefix::parse(text).value(); }
domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
const domain::ZtNetworkId kNetwork = domain::ZtNetworkId::parse("8056c2e21c000001").value();

MembershipConfig full_membership() {
  return {17,
          3,
          2,
          asn(4199999999),
          9999,
          ip("192.0.2.10"),
          ip("2001:db8::1"),
          false,
          true,
          "Secret0123456789",
          true,
          domain::PrefixLimit::of(AddressFamily::ipv4, 200'000).value(),
          domain::PrefixLimit::of(AddressFamily::ipv6, 1).value(),
          std::vector{prefix("192.0.2.0/24"), prefix("2001:db8::/48")}};
}

/// `text` with the first `from` replaced.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("What is stored of a membership is read back as it was") {
  for (const auto& membership : {full_membership(), least_membership()}) {
    CHECK(decode_membership(encode(membership)).value() == membership);
  }
  auto nothing_accepted = least_membership();
  nothing_accepted.prefix_set.emplace();
  CHECK(decode_membership(encode(nothing_accepted)).value() == nothing_accepted);
  CHECK(encode(nothing_accepted) != encode(least_membership()));
}

TEST_CASE(
    "A suspension is stored only where it holds, so what was stored before there were any reads as not suspended") {
  auto suspended = full_membership();
  suspended.suspended = true;
  CHECK(decode_membership(encode(suspended)).value().suspended);
  CHECK(encode(full_membership()).find("suspended") == std::string::npos);
  CHECK_FALSE(decode_membership(encode(full_membership())).value().suspended);
}

TEST_CASE("What is stored of a network is read back as it was") {
  const domain::NetworkConfig both{7, kNetwork, prefix("192.0.2.0/26"), prefix("2001:db8::/64")};
  const domain::NetworkConfig only_v6{7, kNetwork, std::nullopt, prefix("2001:db8::/64")};
  CHECK(decode_network(encode(both)).value() == both);
  CHECK(decode_network(encode(only_v6)).value() == only_v6);
}

TEST_CASE("What is stored of a route server is read back as it was, in every state") {
  for (const auto state : domain::kRouteServerStates) {
    const domain::RouteServerConfig route_server{
        5,
        "rs1",
        ip("198.51.100.1"),
        state,
        "2.0.12",
        {{ip("203.0.113.1"), 323}, {ip("2001:db8::323"), 65535}},
        {{1, asn(64500), ip("192.0.2.1"), ip("2001:db8::1")}, {2, asn(64500), std::nullopt, ip("2001:db8:2::1")}}};
    CHECK(decode_route_server(encode(route_server)).value() == route_server);
  }
}

TEST_CASE("What is stored of a session's admin state is read back as it was, in every state") {
  for (const auto state : domain::kAdminStates) {
    for (const auto family : kAddressFamilies) {
      const domain::SessionAdminConfig session{17, family, state};
      CHECK(decode_session_admin(encode(session)).value() == session);
    }
  }
}

TEST_CASE("What is stored of a policy is read back as it was") {
  auto policy = domain::PolicyDefinition::standard();
  CHECK(decode_policy(encode(policy)).value() == policy);
  policy.transit_free_asns.clear();
  policy.bogon_asns.clear();
  policy.bogon_prefixes.clear();
  policy.hold_time_seconds = 7;
  CHECK(decode_policy(encode(policy)).value() == policy);
}

TEST_CASE("A damaged object is an error that names the field, never a default") {
  const auto good = encode(full_membership());
  const std::pair<std::string, std::string> damages[] = {
      {with(good, "\"asn\":4199999999", "\"asn\":0"), "asn"},
      {with(good, "\"asn\":4199999999", "\"asn\":4294967297"), "asn"},
      {with(good, "\"asn\":4199999999", "\"asn\":\"4199999999\""), "asn"},
      {with(good, "\"asn\":4199999999", "\"asn\":1.5"), "asn"},
      {with(good, "\"version\":3", "\"version\":99999999999"), "version"},
      {with(good, ",\"version\":3", ""), "version"},
      {with(good, "\"version\":3", "\"version\":3,\"vision\":3"), "not known"},
      {with(good, "\"version\":3", "\"version\":-3000000000"), "version"},
      {with(good, "192.0.2.10", "192.0.2.300"), "ipv4"},
      {with(good, "\"session_v4\":false", "\"session_v4\":0"), "session_v4"},
      {with(good, "\"limit_v4\":200000", "\"limit_v4\":0"), "limit_v4"},
      {with(good, "192.0.2.0/24", "192.0.2.1/24"), "prefix_set"},
      {with(good, "\"md5_key\":\"Secret0123456789\"", "\"md5_key\":null"), "md5_key"},
      {"[]", "object"},
      {"", "JSON"},
      {good.substr(0, good.size() - 1), "JSON"},
  };
  for (const auto& [text, word] : damages) {
    const auto result = decode_membership(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == ErrorCode::internal);
    CHECK_MESSAGE(result.error().detail.find(word) != std::string::npos, result.error().detail);
    CHECK(result.error().detail.find("Secret") == std::string::npos);
  }
}

TEST_CASE("Damaged lists inside a policy or a route server are errors too") {
  const auto policy = encode(domain::PolicyDefinition::standard());
  CHECK_FALSE(decode_policy(with(policy, "[0,0]", "[0]")));
  CHECK_FALSE(decode_policy(with(policy, "[0,0]", "[0,-1]")));
  CHECK_FALSE(decode_policy(with(policy, "[0,0]", "0")));
  CHECK_FALSE(decode_policy(with(policy, "\"10.0.0.0/8\"", "10")));
  CHECK_FALSE(decode_session_admin(R"({"family":"ipv5","membership_id":1,"state":"enabled"})"));
  CHECK_FALSE(decode_session_admin(R"({"family":"ipv4","membership_id":1,"state":"on"})"));
}

TEST_CASE("What a host prints is stored whatever it is") {
  service::HostProbe probe;
  probe.bird_version = std::string("2.0\0.12", 7);
  probe.protocols = {{"p1", "BGP", "up", "now", "\xff\xfe broken"}};
  const auto text = encode(probe);
  CHECK(text.find('\0') == std::string::npos);
  CHECK(text.find("\\u0000") == std::string::npos);
  CHECK(text.find("2.0.12") != std::string::npos);
}
