#pragma once

/// @file tests/contract/peeringdb/peeringdb_directory_contract.h
/// What every PeeringDbDirectory does. A `World` is one and what it knows:
///   directory()
///   know(entry)         from now on it has this network
///   malform(asn)        what it says of this one is no record
///   fail()              it answers nothing that can be read
///   throttle()          it wants to be left alone for a minute
///   heal()              all is well again

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/peeringdb.h"

namespace ztix::test {

using namespace std::chrono_literals;

inline domain::Asn pdb_asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

inline service::PeeringDbEntry pdb_entry(std::uint64_t number) {
  service::PeeringDbEntry entry(pdb_asn(number));
  entry.name = "Example " + entry.asn.text();
  entry.aka = "EX";
  entry.as_sets = domain::parse_as_sets("RIPE::AS-EXAMPLE AS64496:AS-X by the way");
  entry.prefixes_v4 = 20;
  entry.ipv6 = true;
  entry.never_via_route_servers = true;
  entry.policy = "Open";
  entry.policy_url = "https://example.net/p";
  entry.website = "https://example.net";
  entry.exchanges = 3;
  entry.route_server_exchanges = 2;
  entry.contacts = {{"NOC", "Desk", "noc@example.net", "+49 30 1"}};
  return entry;
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbDirectory answers about those it has, and is silent about the others", World,
                          directory_found) {
  World world;
  world.know(pdb_entry(64496));
  world.know(pdb_entry(64499));
  const std::vector asns{pdb_asn(64497), pdb_asn(64496)};
  const auto answer = world.directory().look_up(asns);
  REQUIRE(answer);
  CHECK(answer->asked == asns);
  REQUIRE(answer->entries.size() == 1);
  CHECK(answer->entries[0] == pdb_entry(64496));
  CHECK(answer->refused.empty());
  CHECK_FALSE(answer->wait);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbDirectory answers about 150 at once, and refuses to be asked about none or more",
                          World, directory_batch) {
  World world;
  std::vector<domain::Asn> asns;
  for (std::uint64_t i = 0; i < 151; ++i) {
    asns.push_back(pdb_asn(100'000 + i));
    if (i % 2 == 0) world.know(pdb_entry(100'000 + i));
  }
  CHECK(world.directory().look_up(asns).error().code == ErrorCode::invalid_argument);
  CHECK(world.directory().look_up({}).error().code == ErrorCode::invalid_argument);
  asns.pop_back();
  const auto answer = world.directory().look_up(asns);
  REQUIRE(answer);
  CHECK(answer->asked.size() == 150);
  CHECK(answer->entries.size() == 75);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbDirectory refuses one malformed record and nothing else", World,
                          directory_malformed) {
  World world;
  world.know(pdb_entry(64496));
  world.know(pdb_entry(64499));
  world.malform(pdb_asn(64496));
  const auto answer = world.directory().look_up({pdb_asn(64496), pdb_asn(64499)});
  REQUIRE(answer);
  REQUIRE(answer->entries.size() == 1);
  CHECK(answer->entries[0].asn == pdb_asn(64499));
  REQUIRE(answer->refused.size() == 1);
  CHECK_FALSE(answer->refused.at(pdb_asn(64496)).empty());
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbDirectory that fails gives an error that may pass, and works again after it", World,
                          directory_fails) {
  World world;
  world.know(pdb_entry(64496));
  world.fail();
  CHECK(is_transient(world.directory().look_up({pdb_asn(64496)}).error().code));
  world.heal();
  CHECK(world.directory().look_up({pdb_asn(64496)})->entries.size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbDirectory that wants a pause says how long", World, directory_pause) {
  World world;
  world.know(pdb_entry(64496));
  world.throttle();
  const auto answer = world.directory().look_up({pdb_asn(64496)});
  REQUIRE(answer);
  CHECK(answer->wait == 60s);
  CHECK(answer->asked.empty());
  CHECK(answer->entries.empty());
  world.heal();
  CHECK(world.directory().look_up({pdb_asn(64496)})->entries.size() == 1);
}

#define ZTIX_PEERINGDB_DIRECTORY_CONTRACT(World)         \
  TEST_CASE_TEMPLATE_INVOKE(directory_found, World);     \
  TEST_CASE_TEMPLATE_INVOKE(directory_batch, World);     \
  TEST_CASE_TEMPLATE_INVOKE(directory_malformed, World); \
  TEST_CASE_TEMPLATE_INVOKE(directory_fails, World);     \
  TEST_CASE_TEMPLATE_INVOKE(directory_pause, World)

}  // namespace ztix::test
