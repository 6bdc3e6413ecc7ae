/// `ztix network`: neither the database nor the controller changes when anything is wrong.

#include "core/store/fabric_lock.h"
#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

struct OneNetwork : CliWorld {
  OneNetwork() {
    set_up();
    add_network();
  }
};

TEST_CASE("network add sets the network up at the controller and records it") {
  CliWorld world;
  world.set_up();
  const auto added = world.data(world.network_words(world.network()));
  CHECK(added.at("number") == 1);
  CHECK(added.at("ipv4_pool") == "192.0.2.10-192.0.2.20");
  CHECK(added.at("admission") == "listed");
  CHECK(world.controller_files().find(world.network()) != std::string::npos);
  const auto listed = world.data({"network", "list"});
  REQUIRE(listed.size() == 1);
  CHECK(listed[0] == added);
  CHECK(world.data({"controller", "status"}).at("ready") == true);
}

TEST_CASE("network add of a network that is part of the exchange is a conflict") {
  OneNetwork world;
  world.refused(kFailed, world.network_words(world.network(), 2),
                {"part of the exchange already", "ztix network list"});
}

TEST_CASE("network add with a name in use is a conflict") {
  OneNetwork world;
  world.refused(kFailed, world.network_words(world.network("000002"), 2, {"--name", "city1"}),
                {"Another network has this name", "remedy"});
}

TEST_CASE("network add with a LAN that overlaps another one's is a conflict") {
  OneNetwork world;
  const auto id = world.network("000002");
  world.refused(kFailed, world.network_words(id, 2, {"--lan-v6", "2001:db8:1::/64"}),
                {"overlaps", "ztix network list"});
  world.refused(kFailed, world.network_words(id, 2, {"--lan-v4", "192.0.2.0/25", "--ipv4-pool", "192.0.2.2-192.0.2.9"}),
                {"overlaps", "ztix network list"});
}

TEST_CASE("network add with a pool outside of its LAN is refused") {
  CliWorld world;
  world.set_up();
  for (const std::string pool : {"198.51.100.1-198.51.100.9", "192.0.2.0-192.0.2.9", "192.0.2.9-192.0.2.255"}) {
    CAPTURE(pool);
    world.refused(kFailed, world.network_words(world.network(), 1, {"--ipv4-pool", pool}),
                  {"inside the IPv4 LAN", "--ipv4-pool"});
  }
}

TEST_CASE("network add with text that is none of what is wanted is refused") {
  CliWorld world;
  world.set_up();
  const auto id = world.network();
  world.refused(kFailed, world.network_words("8056c2e21c00000"), {"16 hex digits"});
  world.refused(kFailed, world.network_words(id, 1, {"--lan-v6", "2001:db8::1/64"}), {"--lan-v6", "without host bits"});
  world.refused(kFailed, world.network_words(id, 1, {"--lan-v6", "192.0.2.0/24"}), {"--lan-v6"});
  world.refused(kFailed, world.network_words(id, 1, {"--lan-v4", "192.0.2.1/24"}), {"--lan-v4"});
  world.refused(kFailed, world.network_words(id, 1, {"--ipv4-pool", "192.0.2.20-192.0.2.10"}), {"--ipv4-pool"});
  world.refused(kFailed, world.network_words(id, 1, {"--ipv4-pool", "192.0.2.20"}), {"--ipv4-pool"});
  world.refused(kFailed, world.network_words(id, 1, {"--route-server-asn", "0"}), {"--route-server-asn"});
  world.refused(kUsage, world.network_words(id, 1, {"--admission", "anybody"}), {"--admission"});
}

TEST_CASE("network add with a LAN that is no /64 is refused") {
  CliWorld world;
  world.set_up();
  world.refused(kFailed, world.network_words(world.network(), 1, {"--lan-v6", "2001:db8:1::/56"}), {"--lan-v6", "/64"});
}

TEST_CASE("network add of an id the controller does not know is refused unless it shall be created") {
  CliWorld world;
  world.set_up();
  auto words = world.network_words(world.network());
  words.pop_back();
  world.refused(kFailed, words, {"no network " + world.network()});
}

TEST_CASE("network add of another controller's network is refused") {
  CliWorld world;
  world.set_up();
  world.refused(kFailed, world.network_words("8056c2e21c000001"), {"belongs to controller 8056c2e21c"});
}

TEST_CASE("network add with a wrong token names the setting") {
  CliWorld world;
  world.set_up();
  world.environment["ZT_CONTROLLER_AUTH_TOKEN_FILE"] = world.secret_file("wrong", "not the token");
  world.refused(kFailed, world.network_words(world.network()), {"authtoken.secret"});
}

TEST_CASE("network add while the controller is away says to try later") {
  CliWorld world;
  world.set_up();
  world.environment["ZT_CONTROLLER_BASE_URL"] = "http://127.0.0.1:9";
  world.refused(kTryLater, world.network_words(world.network()), {"ztix: "});
}

TEST_CASE("network add without a controller in the settings names them") {
  CliWorld world;
  world.set_up();
  for (const char* name : {"ZT_PROVIDER", "ZT_CONTROLLER_BASE_URL", "ZT_CONTROLLER_AUTH_TOKEN_FILE"})
    world.environment.erase(name);
  world.refused(kFailed, world.network_words(world.network()), {"ZT_CONTROLLER_BASE_URL", "remedy"});
}

TEST_CASE("network add waits for whoever writes to the network, and then says to try later") {
  CliWorld world;
  world.set_up();
  store::FabricLocks workers(world.owner);
  const auto held = workers.lock(domain::ZtNetworkId::parse(world.network()).value());
  REQUIRE(held);
  world.refused(kTryLater, world.network_words(world.network()), {"writing to this network"});
}

}  // namespace
}  // namespace ztix::test
