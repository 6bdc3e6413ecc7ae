/// `ztix request` and `ztix jobs`, as far as no worker runs.

#include <algorithm>

#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

struct Queue : CliWorld {
  Queue() {
    set_up();
    publish_release();
    add_network();
    id = new_request().id.text();
  }
  std::string id;
};

TEST_CASE("request list filters, and show tells the history") {
  Queue world;
  const auto all = world.data({"request", "list"});
  REQUIRE(all.size() == 1);
  CHECK(all[0].at("id") == world.id);
  CHECK(all[0].at("asn") == 64496);
  CHECK(all[0].at("node_id") == "1122334455");
  CHECK(world.data({"request", "list", "--status", "pending"}).size() == 1);
  CHECK(world.data({"request", "list", "--status", "active"}).empty());
  CHECK(world.data({"request", "list", "--asn", "64497"}).empty());
  CHECK(world.data({"request", "list", "--network", world.network()}).size() == 1);
  CHECK(world.data({"request", "list", "--min-age", "5"}).empty());
  const auto shown = world.data({"request", "show", world.id});
  REQUIRE_FALSE(shown.at("trail").empty());
  CHECK(shown.at("trail").at(0).at("actor") == "alice");
}

TEST_CASE("request approve enqueues the member's job, once") {
  Queue world;
  CHECK(world.data({"request", "approve", world.id}).at("status") == "approved");
  const auto jobs = world.data({"jobs", "list", "--state", "ready"});
  CHECK(std::count_if(jobs.begin(), jobs.end(), [](const auto& job) { return job.at("kind") == "member.provision"; }) ==
        1);
  world.refused(kFailed, {"request", "approve", world.id}, {"ztix: "});
}

TEST_CASE("request approve --wait gives up in time and says that the work goes on") {
  Queue world;
  const auto waited = world.ztix({"request", "approve", world.id, "--wait", "--wait-seconds", "1"});
  CHECK(waited.exit_code == kTryLater);
  CHECK(waited.err.find("approved") != std::string::npos);
  CHECK(waited.err.find("goes on by itself") != std::string::npos);
  CHECK(world.data({"request", "show", world.id}).at("status") == "approved");
}

TEST_CASE("request reject needs a reason and ends the request") {
  Queue world;
  world.refused(kUsage, {"request", "reject", world.id}, {"--reason"});
  world.refused(kFailed, {"request", "reject", world.id, "--reason", ""}, {"eason"});
  const auto rejected = world.data({"request", "reject", world.id, "--reason", "no such router"});
  CHECK(rejected.at("status") == "rejected");
  CHECK(rejected.at("reason") == "no such router");
  world.refused(kFailed, {"request", "approve", world.id}, {"ztix: "});
}

TEST_CASE("request ask waits for the requester") {
  Queue world;
  CHECK(world.data({"request", "ask", world.id, "--message", "Which router?"}).at("status") == "needs_info");
  world.refused(kFailed, {"request", "approve", world.id}, {"ztix: "});
}

TEST_CASE("request commands refuse what they do not know and change nothing") {
  Queue world;
  const std::string unknown = "0191e0c8-0000-7000-8000-000000000000";
  for (const Words& words : std::vector<Words>{{"request", "show"}, {"request", "approve"}, {"request", "retry"}}) {
    auto known_shape = words;
    known_shape.push_back(unknown);
    world.refused(kFailed, known_shape, {"ztix: "});
    auto no_id = words;
    no_id.emplace_back("17");
    world.refused(kFailed, no_id, {"ztix request list"});
  }
  world.refused(kFailed, {"request", "list", "--status", "odd"}, {"--status"});
  world.refused(kFailed, {"request", "list", "--asn", "0"}, {"--asn"});
  world.refused(kFailed, {"request", "set-node-id", world.id, "xyz"}, {"10 hex digits"});
  world.refused(kFailed, {"request", "retry", world.id}, {"ztix: "});
}

TEST_CASE("request set-node-id fills the slot") {
  Queue world;
  CHECK(world.data({"request", "set-node-id", world.id, "aabbccddee"}).at("node_id") == "aabbccddee");
}

TEST_CASE("jobs retry takes only a dead job") {
  Queue world;
  REQUIRE(world.ztix({"request", "approve", world.id}).exit_code == kOk);
  const auto job = world.data({"jobs", "list"}).at(0).at("id").dump();
  world.refused(kFailed, {"jobs", "retry", job}, {"Only a dead job"});
  world.refused(kFailed, {"jobs", "retry", "999999"}, {"No such job"});
  world.database.sql("UPDATE job SET state = 'dead', finished_at = now() WHERE kind = 'member.provision'");
  CHECK(world.data({"jobs", "list", "--state", "dead"}).size() == 1);
  CHECK(world.ztix({"jobs", "retry", job}).exit_code == kOk);
  CHECK(world.data({"jobs", "list", "--state", "dead"}).empty());
}

}  // namespace
}  // namespace ztix::test
