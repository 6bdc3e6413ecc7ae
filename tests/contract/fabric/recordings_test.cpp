/// @file tests/contract/fabric/recordings_test.cpp
/// Holds the controller simulator against what a real controller answered: the recorded requests are sent in their
/// order to a fresh one with another address and other node ids.

#include <functional>
#include <iostream>
#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "lab/controller/files.h"
#include "lab/controller/random_text.h"
#include "lab/controller/simulator.h"
#include "tests/contract/fabric/comparison.h"
#include "tests/contract/fabric/id_rewriter.h"
#include "tests/contract/fabric/real_controller.h"
#include "tests/contract/fabric/recording.h"
#include "tests/contract/fabric/temporary_folder.h"
#include "tests/support/raw_http_client.h"

namespace ztix::test {

namespace {

using lab::controller::Simulator;
using lab::controller::SimulatorOptions;
using nlohmann::json;

constexpr const char* kAddress = "e9f68ef4e9";      // of the controller of recordings 001-180
constexpr const char* kLiveAddress = "320fd9424c";  // of that of 240-261
constexpr const char* kLiveNode = "de5c3e93a3";

/// Fields no history of requests determines. Everything else is compared by value.
const std::map<int, std::pair<std::set<std::string>, const char*>> kUndetermined{
    {1, {{"homeDir", "listeningOn", "primaryPort"}, "where this instance runs"}},
    {167, {{"*"}, "traffic counters of the service, cut in the recording; status and type are compared"}},
    {248, {{"ipAssignments"}, "the controller picks any free address of the pool"}},
    {250, {{"ipAssignments"}, "the address of 248"}},
    {261,
     {{"homeDir", "listeningOn", "primaryPort", "planetWorldId", "planetWorldTimestamp", "surfaceAddresses"},
      "where that instance ran, on a private planet"}},
};

/// Not sent at all: asked of the member node's own service, of which the simulator has none.
const std::set<int> kAskedOfTheNode{242, 243, 251, 253, 255, 259};

struct Target {
  std::uint16_t port;
  std::string token;
  std::string address;
};

/// Any but 00… and ff…, beginning with a letter, so that upper and lower case differ.
std::string random_node() { return "c" + lab::controller::random_hex(9); }

/// Plays recordings against one target and counts.
class Replay {
 public:
  explicit Replay(Target target, const char* recorded_address) : target_(std::move(target)) {
    ids_.map(recorded_address, target_.address);
    for (const char* node : {"aaaaaaaaaa", "bbbbbbbbbb", "dddddddddd", "9999999999", kLiveNode}) {
      ids_.map(node, random_node());
    }
  }

  IdRewriter& ids() { return ids_; }

  RawReply send(const Recording& recording) {
    Recording mine = recording;
    mine.path = ids_.rewrite(recording.path);
    if (mine.request_body) mine.request_body = ids_.rewrite(*mine.request_body);
    RawReply reply = send_raw(target_.port, request_bytes(mine, target_.token), mine.method != "HEAD");
    learn_new_network(recording, reply);
    return reply;
  }

  void check(const Recording& recording) {
    const RawReply reply = send(recording);
    const auto exception = kUndetermined.find(recording.number);
    const auto undetermined = exception == kUndetermined.end() ? std::set<std::string>() : exception->second.first;
    const auto differences =
        comparison_.differences(recording, ids_.rewrite(recording.response_body), reply, undetermined);
    ++asked_;
    agreed_ += differences.empty() ? 1 : 0;
    for (const std::string& difference : differences) FAIL_CHECK(recording.name << ": " << difference);
  }

  void report(const char* what) const {
    std::cout << what << ": " << agreed_ << " of " << asked_ << " recorded answers agree\n";
  }
  [[nodiscard]] int asked() const { return asked_; }
  [[nodiscard]] int agreed() const { return agreed_; }

 private:
  /// Ids the controller makes up are known only now.
  void learn_new_network(const Recording& recording, const RawReply& reply) {
    const bool made_up = recording.path == "/controller/network" || recording.path.ends_with("______");
    if (recording.method != "POST" || !made_up || recording.status != 200 || reply.status != 200) return;
    const std::string recorded = json::parse(recording.response_body).at("id");
    const std::string actual = json::parse(reply.body).at("id");
    CHECK(actual.substr(0, 10) == target_.address);
    ids_.map(recorded, actual);
  }

  Target target_;
  IdRewriter ids_;
  Comparison comparison_;
  int asked_ = 0;
  int agreed_ = 0;
};

/// The recorded controller had seen the first list once before; its five networks are left from that.
void play_what_came_before(Replay& replay) {
  for (const Recording& recording : recordings(5, 54)) replay.send(recording);
  const std::string of_005 = replay.ids().rewrite("e9f68ef4e9aafd73");
  const std::string of_006 = replay.ids().rewrite("e9f68ef4e932b7f7");
  replay.ids().map("e9f68ef4e91070ee", of_005);
  replay.ids().map("e9f68ef4e93abc50", of_006);
  replay.ids().forget("e9f68ef4e9aafd73");
  replay.ids().forget("e9f68ef4e932b7f7");
}

void replay_networks_and_members(const Target& target, const char* what) {
  Replay replay(target, kAddress);
  play_what_came_before(replay);
  for (const Recording& recording : recordings(1, 180)) replay.check(recording);
  replay.report(what);
  CHECK(replay.asked() == 135);
  CHECK(replay.agreed() == replay.asked());
}

SimulatorOptions options_in(const TemporaryFolder& home, const std::string& settings) {
  lab::controller::write_file(home.path() / "local.conf", "{\"settings\":" + settings + "}", false);
  SimulatorOptions options;
  options.home = home.path();
  return options;
}

constexpr const char* kSettings =
    R"({"bind":["127.0.0.1"],"allowSecondaryPort":false,"portMappingEnabled":false,"allowTcpFallbackRelay":false})";

}  // namespace

TEST_CASE("The simulator answers every recorded request on networks and members as the real controller did") {
  const TemporaryFolder home;
  Simulator simulator(options_in(home, kSettings));
  replay_networks_and_members({simulator.port(), simulator.home().auth_token, simulator.home().address}, "simulator");
}

TEST_CASE("The simulator answers as the real controller did while a node joins, is authorized and removed") {
  const TemporaryFolder home;
  auto options = options_in(
      home, R"({"allowManagementFrom":["10.233.0.254/32"],"allowSecondaryPort":false,"portMappingEnabled":false})");
  options.online = true;
  Simulator simulator(options);
  Replay replay({simulator.port(), simulator.home().auth_token, simulator.home().address}, kLiveAddress);
  const auto network = std::stoull(replay.ids().rewrite("320fd9424c00aa01"), nullptr, 16);
  const auto node = std::stoull(replay.ids().rewrite(kLiveNode), nullptr, 16);
  // The node asked between these: when it joined, when it heard of its authorization, and a minute after its deletion.
  const std::set<int> node_asks_before{244, 248, 258};
  for (const Recording& recording : recordings(240, 261)) {
    if (kAskedOfTheNode.contains(recording.number)) continue;
    if (node_asks_before.contains(recording.number)) CHECK(simulator.node_asks(network, node));
    replay.check(recording);
  }
  replay.report("simulator, live node");
  CHECK(replay.asked() == 16);
  CHECK(replay.agreed() == replay.asked());
}

TEST_CASE("The comparison with a recording notices a changed status, header, value, key and clock") {
  Comparison comparison;
  Recording recording;
  recording.status = 200;
  recording.response_headers = {{"content-type", "application/json"}, {"content-length", "29"}};
  const std::string expected = R"({"creationTime":0,"mtu":1500})";
  RawReply reply{200, {{"content-type", "application/json"}, {"content-length", "29"}}, expected};
  const auto differs = [&] { return !comparison.differences(recording, expected, reply, {}).empty(); };
  CHECK_FALSE(differs());
  SUBCASE("status") { reply.status = 404; }
  SUBCASE("header") { reply.headers.erase("content-type"); }
  SUBCASE("value") { reply.body = R"({"creationTime":0,"mtu":1501})"; }
  SUBCASE("type") { reply.body = R"({"creationTime":0,"mtu":null})"; }
  SUBCASE("missing key") { reply.body = R"({"creationTime":0})"; }
  SUBCASE("additional key") { reply.body = R"({"creationTime":0,"mtu":1500,"x":1})"; }
  SUBCASE("unsorted keys") { reply.body = R"({"mtu":1500,"creationTime":0})"; }
  SUBCASE("clock that was zero") { reply.body = R"({"creationTime":7,"mtu":1500})"; }
  CHECK(differs());
}

TEST_CASE("A real controller agrees with its recordings" * doctest::skip(!RealController::is_wanted())) {
  const RealController real(kSettings);
  replay_networks_and_members({real.port(), real.token(), real.address()}, "real zerotier-one");
}

}  // namespace ztix::test
