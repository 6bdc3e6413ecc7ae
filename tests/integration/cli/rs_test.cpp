/// `ztix rs` and `ztix render`: what they write to the database and to the controller.

#include <filesystem>

#include "core/remote/host_key.h"
#include "core/store/fabric_lock.h"
#include "tests/integration/cli/cli_world.h"
#include "tests/support/bird_host.h"

namespace ztix::test {
namespace {

struct Ready : CliWorld {
  Ready() {
    set_up();
    publish_release();
    add_network();
  }
};

TEST_CASE("rs add records the route server, authorises its node and asks for its first apply") {
  Ready world;
  const auto added = world.data(world.route_server_words(1));
  CHECK(added.at("state") == "joining");
  const auto member = world.member("aa00000001");
  CHECK(member.at("authorized") == true);
  CHECK(member.at("ipAssignments") == json({"192.0.2.1", "2001:db8:1::1"}));
  const auto jobs = world.data({"jobs", "list"});
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].at("subject") == "route_server:rs1");
  CHECK(world.data({"rs", "list"}).size() == 1);
}

TEST_CASE("rs add of what is taken or unknown changes neither database nor controller") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto with = [&](const Words& more) { return world.route_server_words(2, more); };
  world.refused(kFailed, world.route_server_words(1), {"of this name", "ztix rs list"});
  world.refused(kFailed, with({"--ssh-port", "2201"}), {"SSH host and port", "remedy"});
  world.refused(kFailed, with({"--router-id", "192.0.2.1"}), {"router id", "--router-id"});
  world.refused(kFailed, with({"--node-id", "aa00000001"}), {"node", "remedy"});
  world.refused(kFailed, with({"--ipv6", "2001:db8:1::1"}), {"address", "remedy"});
  world.refused(kFailed, with({"--ipv6", "2001:db8:9::1"}), {"LAN", "ztix network list"});
  world.refused(kFailed, with({"--network", "8056c2e21c0000ff"}), {"There is no network", "ztix network list"});
  world.refused(kFailed, with({"--router-id", "2001:db8::1"}), {"--router-id"});
  world.refused(kFailed, with({"--node-id", "x"}), {"--node-id"});
  world.refused(kFailed, with({"--ipv4", "2001:db8::1"}), {"--ipv4"});
  world.refused(kFailed, with({"--rtr", "nowhere"}), {"--rtr"});
  world.refused(kFailed, with({"--rtr-exception", "", "--rtr", "192.0.2.250:323"}), {"two RTR caches"});
}

TEST_CASE("rs add while the controller is not ready records nothing and names the remedy") {
  Ready world;
  SUBCASE("away") {
    world.environment["ZT_CONTROLLER_BASE_URL"] = "http://127.0.0.1:9";
    world.refused(kTryLater, world.route_server_words(1), {"not ready", "zerotier-one runs"});
  }
  SUBCASE("with a wrong token") {
    world.environment["ZT_CONTROLLER_AUTH_TOKEN_FILE"] = world.secret_file("wrong", "not the token");
    world.refused(kTryLater, world.route_server_words(1), {"not ready", "ZT_CONTROLLER_AUTH_TOKEN"});
  }
  SUBCASE("being written to by somebody else") {
    store::FabricLocks workers(world.owner);
    const auto held = workers.lock(domain::ZtNetworkId::parse(world.network()).value());
    REQUIRE(held);
    world.refused(kTryLater, world.route_server_words(1), {"writing to this network"});
  }
}

TEST_CASE("rs add pins the key that the host shows only when it is accepted") {
  Ready world;
  BirdHost host;
  host.start_sshd();
  const auto endpoint = host.endpoint();
  auto words = world.route_server_words(1, {"--ssh-port", std::to_string(endpoint.port)});
  words.erase(words.begin() + 7, words.begin() + 9);  // --host-key KEY
  world.refused(kFailed, words, {remote::fingerprint(endpoint.host_key), "no terminal"});
  words.emplace_back("--accept-host-key");
  CHECK(world.data(words).at("host_key") == endpoint.host_key);
}

TEST_CASE("rs repin shows both fingerprints and pins only what is accepted") {
  Ready world;
  BirdHost host;
  host.start_sshd();
  const auto endpoint = host.endpoint();
  const std::string old_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEL8yKZ6qJzLZxXc1pOyTHxnYQ8N0EuOAGMc3p3L5yKe";
  REQUIRE(world.ztix(world.route_server_words(1, {"--ssh-port", std::to_string(endpoint.port), "--host-key", old_key}))
              .exit_code == kOk);
  const auto wanted = remote::fingerprint(endpoint.host_key);
  world.refused(kFailed, {"rs", "repin", "rs1"}, {remote::fingerprint(old_key), wanted, "--help"});
  world.refused(kFailed, {"rs", "repin", "rs9", "--yes"}, {"rs9", "ztix rs list"});
  world.refused(kFailed, {"rs", "repin", "rs1", "--yes", "--host-key", "not a key"}, {"--host-key"});
  const auto pinned = world.data({"rs", "repin", "rs1", "--yes"});
  CHECK(pinned.at("fingerprint") == wanted);
  CHECK(pinned.at("changed") == true);
  CHECK(world.data({"rs", "show", "rs1"}).at("host_key") == endpoint.host_key);
  CHECK(world.data({"rs", "repin", "rs1"}).at("changed") == false);
}

TEST_CASE("rs apply, enable, disable and remove keep to the states there are") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  CHECK(world.data({"rs", "apply", "rs1"}).at("state") == "joining");
  CHECK(world.data({"jobs", "list"}).size() == 1);
  CHECK(world.data({"rs", "disable", "rs1"}).at("state") == "disabled");
  world.refused(kFailed, {"rs", "apply", "rs1"}, {"takes no applies"});
  CHECK(world.data({"rs", "enable", "rs1"}).at("state") == "joining");
  CHECK(world.data({"rs", "remove", "rs1"}).at("state") == "removed");
  world.refused(kFailed, {"rs", "enable", "rs1"}, {"cannot become"});
  world.refused(kFailed, {"rs", "apply", "rs9"}, {"no route server rs9", "ztix rs list"});
}

TEST_CASE("rs set changes what is named and nothing else, and says when there was nothing to do") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1, {"--rtr", "192.0.2.250:323"})).exit_code == kOk);
  CHECK(world.data({"rs", "set", "rs1"}).at("changed") == false);
  world.refused(kUsage, {"rs", "set", "rs1", "--ssh-port", "0"}, {"--ssh-port"});
  world.refused(kFailed, {"rs", "set", "rs1", "--rtr", "nowhere"}, {"--rtr"});
  world.refused(kFailed, {"rs", "set", "rs9", "--ssh-port", "2299"}, {"rs9", "ztix rs list"});
  world.refused(kFailed, {"rs", "set", "rs1", "--rtr-exception", ""}, {"two RTR caches"});
  const Words words{
      "rs", "set", "rs1", "--ssh-port", "2299", "--rtr", "192.0.2.250:323", "--rtr", "[2001:db8::9]:8282"};
  const auto done = world.data(words);
  CHECK(done.at("changed") == true);
  CHECK(done.at("ssh") == "ztix@127.0.0.1:2299");
  CHECK(done.at("rtr_caches") == json({"192.0.2.250:323", "[2001:db8::9]:8282"}));
  CHECK(done.at("rtr_exception") == "a test");
  const auto before = world.tables();
  CHECK(world.data(words).at("changed") == false);
  CHECK(world.tables() == before);
  const auto trail = world.data({"audit", "list", "--subject", "route_server:rs1"});
  CHECK(trail.front().at("action") == "route_server.changed");
  CHECK(trail.front().at("facts").at("rtr_to") == "192.0.2.250:323 [2001:db8::9]:8282");
}

TEST_CASE("rs set refuses to replace all RTR caches that run, with the remedy, and writes nothing") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1, {"--rtr", "192.0.2.250:323"})).exit_code == kOk);
  world.database.sql("UPDATE route_server SET state = 'enabled', confirmed_revision = wanted_revision");
  world.refused(kFailed, {"rs", "set", "rs1", "--rtr", "192.0.2.251:323"}, {"at once", "Change one cache", "--wait"});
  REQUIRE(world.ztix({"freeze", "set", "--reason", "an audit"}).exit_code == kOk);
  world.refused(kFailed, {"rs", "set", "rs1", "--rtr", "192.0.2.250:323", "--rtr", "192.0.2.251:323"}, {"an audit"});
}

TEST_CASE("rs disable and remove of the last one that is enabled and up need --last-one and a reason") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  world.database.sql("UPDATE route_server SET state = 'enabled', confirmed_revision = wanted_revision");
  for (const auto* verb : {"disable", "remove"}) {
    world.refused(kFailed, {"rs", verb, "rs1"}, {"No other route server", "--last-one"});
    world.refused(kFailed, {"rs", verb, "rs1", "--last-one"}, {"why"});
  }
  const auto gone = world.data({"rs", "remove", "rs1", "--last-one", "--reason", "the exchange ends"});
  CHECK(gone.at("state") == "removed");
  const auto trail = world.data({"audit", "list", "--subject", "route_server:rs1"});
  CHECK(trail.front().at("facts").at("reason") == "the exchange ends");
  world.refused(kFailed, {"rs", "set", "rs1", "--ssh-port", "2299"}, {"is removed"});
}

TEST_CASE("rs retry asks for an apply and lets what was taken back be published again") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  world.refused(kFailed, {"rs", "retry", "rs9"}, {"route server"});
  world.database.sql("UPDATE job SET state = 'dead', finished_at = now()");
  world.database.sql(
      "INSERT INTO rollout_undone (revision, kind, subject, cause) "
      "SELECT max(revision), 'policy', 'exchange', 'harm' FROM config_revision");
  CHECK(world.data({"rs", "retry", "rs1"}).at("name") == "rs1");
  const auto jobs = world.data({"jobs", "list", "--state", "ready"});
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].at("subject") == "route_server:rs1");
  const auto kept = world.database.sql("SELECT count(*) AS n FROM rollout_undone WHERE released_at IS NULL");
  CHECK(kept.one().get<int>("n") == 0);
}

TEST_CASE("jobs list shows of a dead job where it died and why, and jobs retry gives it another try") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  world.database.sql(
      "UPDATE job SET state = 'dead', finished_at = now(), last_step = 'A8 verify', last_error = 'sessions went down', "
      "crash_count = 2, attempt = 3");
  const auto dead = world.data({"jobs", "list", "--state", "dead"});
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].at("last_step") == "A8 verify");
  CHECK(dead[0].at("last_error") == "sessions went down");
  CHECK(dead[0].at("crash_count") == 2);
  const auto table = world.ztix({"jobs", "list", "--state", "dead"});
  for (const auto* text : {"A8 verify", "sessions went down", "CRASHES"}) {
    CHECK(table.out.find(text) != std::string::npos);
  }
  const auto id = std::to_string(dead[0].at("id").get<int>());
  REQUIRE(world.ztix({"jobs", "retry", id}).exit_code == kOk);
  CHECK(world.data({"jobs", "list", "--state", "dead"}).empty());
  world.refused(kFailed, {"jobs", "retry", id}, {"dead"});
  world.refused(kFailed, {"jobs", "retry", "999999"}, {"No such job"});
}

TEST_CASE("rs apply --take-over needs a reason and is recorded with it") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  world.refused(kUsage, {"rs", "apply", "rs1", "--take-over"}, {"--reason"});
  world.refused(kFailed, {"rs", "apply", "rs1", "--take-over", "--reason", ""}, {"why"});
  world.refused(kFailed, {"rs", "apply", "rs9", "--take-over", "--reason", "x"}, {"rs9", "ztix rs list"});
  REQUIRE(world.ztix({"rs", "apply", "rs1", "--take-over", "--reason", "left by a test"}).exit_code == kOk);
  const auto trail = world.data({"audit", "list", "--subject", "route_server:rs1"});
  CHECK(trail.front().at("action") == "route_server.take_over_requested");
  CHECK(trail.front().at("facts").at("reason") == "left by a test");
}

TEST_CASE("render prints what a worker would upload and writes the same files") {
  Ready world;
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto out = world.folder.path() + "/rendered";
  const auto rendered = world.data({"render", "--rs", "rs1", "--output", out});
  const auto root = rendered.at("root").get<std::string>();
  CHECK(root.find("define ZTIX_REVISION") != std::string::npos);
  CHECK(read_file(out + "/root-" + rendered.at("root_digest").get<std::string>() + ".conf") == root);
  world.refused(kFailed, {"render", "--rs", "rs9"}, {"no route server rs9"});
  world.refused(kUsage, {"render", "--rs", "rs1", "--revision", "0"}, {"--revision"});
}

}  // namespace
}  // namespace ztix::test
