#include <doctest/doctest.h>

#include "core/store/network_store.h"
#include "tests/support/test_database.h"

using namespace ztix;
using test::TestDatabase;

namespace {

const service::NewNetwork kWish{domain::ZtNetworkId::parse("8056c2e21c000001").value(),
                                "berlin",
                                "Berlin",
                                Prefix::parse("192.0.2.0/24"),
                                Prefix::parse("2001:db8:1::/64").value(),
                                std::nullopt,
                                domain::Admission::listed,
                                domain::Asn::from_number(64500).value()};
const service::Actor kActor{service::ActorKind::cli, std::nullopt, "root", "", "run-1"};

}  // namespace

TEST_CASE("A network that is added is part of a new revision, and one that is refused of none") {
  TestDatabase database;
  store::Database pool(database.settings());
  store::PgNetworkStore networks(pool);
  REQUIRE(networks.add_network(kWish, kActor));
  CHECK_FALSE(networks.add_network(kWish, kActor));
  const auto revision = database.sql("SELECT revision, cause FROM config_revision").one();
  CHECK(revision.get<std::int64_t>("revision") == 1);
  CHECK(revision.get<std::string>("cause") == "network.added");
  CHECK(database.sql("SELECT 1 FROM config_object WHERE kind = 'network' AND from_revision = 1").size() == 1);
  CHECK(database.sql("SELECT 1 FROM audit WHERE action = 'network.added'").size() == 1);
}

TEST_CASE("An infrastructure node holds its addresses against members") {
  TestDatabase database;
  store::Database pool(database.settings());
  store::PgNetworkStore networks(pool);
  REQUIRE(networks.add_network(kWish, kActor));
  const service::InfrastructureNode node{1,
                                         domain::NodeId::parse("1122334455").value(),
                                         "rs1",
                                         domain::InfrastructureRole::route_server,
                                         IpAddress::parse("192.0.2.1"),
                                         IpAddress::parse("2001:db8:1::1").value()};
  REQUIRE(networks.add_infrastructure_node(node, kActor));
  const auto held =
      database.sql("SELECT host(address) AS a FROM address WHERE state = 'live' ORDER BY family(address)");
  REQUIRE(held.size() == 2);
  CHECK(held[0].get<std::string>("a") == "192.0.2.1");
  CHECK(held[1].get<std::string>("a") == "2001:db8:1::1");
}
