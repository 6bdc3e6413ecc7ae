#include "core/peeringdb/peeringdb_reply.h"

#include <doctest/doctest.h>

using namespace ztix;
using namespace ztix::peeringdb;

namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
std::set<domain::Asn> asked() { return {asn(64496), asn(64497)}; }

std::string data(const std::string& records) { return R"({"data": [)" + records + R"(], "meta": {}})"; }

const std::string kFull = R"({"id": 70, "asn": 64496, "name": "Example", "aka": "Ex", "status": "ok",
  "irr_as_set": "RIPE::AS-EXAMPLE AS-SIX@RADB", "info_prefixes4": 20, "info_prefixes6": 10, "info_ipv6": true,
  "info_never_via_route_servers": true, "policy_general": "Open", "policy_url": "https://example.net/p",
  "website": "https://example.net", "a_field_of_next_year": [1, 2]})";
const std::string kOther = R"({"id": 71, "asn": 64497, "name": "Other"})";

Networks both() { return parse_networks(data(kFull + "," + kOther), asked()).value(); }

}  // namespace

TEST_CASE("A network is read with everything we show") {
  const auto networks = parse_networks(data(kFull), asked());
  REQUIRE(networks);
  REQUIRE(networks->entries.size() == 1);
  const auto& entry = networks->entries[0];
  CHECK(entry.asn == asn(64496));
  CHECK(entry.name == "Example");
  CHECK(entry.aka == "Ex");
  REQUIRE(entry.as_sets.sets.size() == 2);
  CHECK(entry.as_sets.sets[1].text() == "RADB::AS-SIX");
  CHECK(entry.prefixes_v4 == 20U);
  CHECK(entry.prefixes_v6 == 10U);
  CHECK(entry.ipv6);
  CHECK(entry.never_via_route_servers);
  CHECK(entry.policy == "Open");
  CHECK(entry.policy_url == "https://example.net/p");
  CHECK(entry.website == "https://example.net");
  CHECK(networks->asn_of.at(70) == asn(64496));
}

TEST_CASE("Fields that nobody filled in are empty, and what is missing is named") {
  const auto networks = parse_networks(
      data(R"({"id": 1, "asn": 64496, "name": "N", "irr_as_set": "", "info_prefixes4": null, "info_prefixes6": 0})"),
      asked());
  REQUIRE(networks);
  const auto& entry = networks->entries.at(0);
  CHECK_FALSE(entry.prefixes_v4);
  CHECK(entry.prefixes_v6 == 0U);
  CHECK(service::missing_parts(entry) == std::vector<std::string>{"as_set", "prefix_counts"});
  CHECK(service::missing_parts(both().entries.at(0)).empty());
}

TEST_CASE("A document that is not a list of networks is refused as a whole") {
  for (const std::string& text :
       {std::string(), std::string("{\"data\": ["), std::string("[]"), std::string("null"),
        std::string(R"({"data": {}})"), std::string(R"({"meta": {}})"), std::string("<h1>Server Error</h1>"), data("7"),
        data(R"({"id": 1, "name": "x"})"), data(R"({"id": 1, "asn": "64496", "name": "x"})"),
        data(R"({"id": 1, "asn": 0, "name": "x"})"), std::string(100'000, '[')}) {
    CAPTURE(text.substr(0, 60));
    CHECK(parse_networks(text, asked()).error().code == ErrorCode::upstream);
  }
}

TEST_CASE("An answer about somebody who was not asked for, or about one twice, is refused as a whole") {
  CHECK_FALSE(parse_networks(data(R"({"id": 1, "asn": 64511, "name": "x"})"), asked()));
  CHECK_FALSE(parse_networks(data(kFull + "," + kFull), asked()));
}

TEST_CASE("A malformed record is refused alone, with the field that is wrong") {
  for (const auto& [field, text] : std::vector<std::pair<std::string, std::string>>{
           {"name", R"({"id": 1, "asn": 64496})"},
           {"name", R"({"id": 1, "asn": 64496, "name": ""})"},
           {"name", R"({"id": 1, "asn": 64496, "name": 7})"},
           {"id", R"({"asn": 64496, "name": "x"})"},
           {"id", R"({"id": -1, "asn": 64496, "name": "x"})"},
           {"aka", R"({"id": 1, "asn": 64496, "name": "x", "aka": ["x"]})"},
           {"aka", R"({"id": 1, "asn": 64496, "name": "x", "aka": "a\u0000b"})"},
           {"irr_as_set", R"({"id": 1, "asn": 64496, "name": "x", "irr_as_set": 1})"},
           {"info_prefixes4", R"({"id": 1, "asn": 64496, "name": "x", "info_prefixes4": -1})"},
           {"info_prefixes4", R"({"id": 1, "asn": 64496, "name": "x", "info_prefixes4": 1.5})"},
           {"info_prefixes6", R"({"id": 1, "asn": 64496, "name": "x", "info_prefixes6": 99999999999})"},
           {"info_ipv6", R"({"id": 1, "asn": 64496, "name": "x", "info_ipv6": "yes"})"},
           {"policy_url",
            R"({"id": 1, "asn": 64496, "name": "x", "policy_url": ")" + std::string(1'001, 'x') + "\"}"}}) {
    CAPTURE(text.substr(0, 80));
    const auto networks = parse_networks(data(text + "," + kOther), asked());
    REQUIRE(networks);
    REQUIRE(networks->refused.contains(asn(64496)));
    CHECK(networks->refused.at(asn(64496)).find(field) != std::string::npos);
    REQUIRE(networks->entries.size() == 1);
    CHECK(networks->entries[0].asn == asn(64497));
  }
}

TEST_CASE("Exchanges are counted once each, ports that are down not at all") {
  auto networks = both();
  REQUIRE(add_exchanges(data(R"(
    {"id": 1, "asn": 64496, "ix_id": 5, "is_rs_peer": false, "operational": true},
    {"id": 2, "asn": 64496, "ix_id": 5, "is_rs_peer": true, "operational": true},
    {"id": 3, "asn": 64496, "ix_id": 6},
    {"id": 4, "asn": 64496, "ix_id": 7, "is_rs_peer": true, "operational": false},
    {"id": 5, "asn": 64511, "ix_id": 8})"),
                        networks));
  CHECK(networks.entries[0].exchanges == 2);
  CHECK(networks.entries[0].route_server_exchanges == 1);
  CHECK(networks.entries[1].exchanges == 0);
}

TEST_CASE("A malformed port or contact makes its network a refused one, and no other") {
  auto networks = both();
  REQUIRE(add_exchanges(data(R"({"asn": 64496, "ix_id": "5"})"), networks));
  CHECK(networks.refused.contains(asn(64496)));
  REQUIRE(add_contacts(data(R"({"net_id": 71, "email": 5}, {"net_id": 70, "email": "a@example.net"})"), networks));
  CHECK(networks.refused.contains(asn(64497)));
  CHECK(networks.entries.empty());
  CHECK_FALSE(add_exchanges(data(R"({"ix_id": 5})"), networks));
  CHECK_FALSE(add_contacts(data(R"({"email": "a@example.net"})"), networks));
  CHECK_FALSE(add_exchanges("{}", networks));
  CHECK_FALSE(add_contacts("", networks));
}

TEST_CASE("Contacts go to the network whose id they name") {
  auto networks = both();
  REQUIRE(add_contacts(data(R"(
    {"net_id": 71, "role": "NOC", "name": "Desk", "email": "noc@example.net", "phone": "+49"},
    {"net_id": 9, "role": "NOC"}, {"net_id": 70, "role": "Policy", "name": null})"),
                       networks));
  REQUIRE(networks.entries[1].contacts.size() == 1);
  CHECK(networks.entries[1].contacts[0] == service::PeeringDbContact{"NOC", "Desk", "noc@example.net", "+49"});
  CHECK(networks.entries[0].contacts.size() == 1);
}
