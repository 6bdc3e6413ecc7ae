#include <cstdlib>
#include <map>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/changed_worker.h"
#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

/// How far the request got there; empty words before it was published.
json delivery(const json& request, const std::string& name) {
  for (const auto& server : request.at("route_servers")) {
    if (server.at("name") == name) return server;
  }
  return {{"state", ""}, {"last_error", ""}};
}

std::string running_revision(Lab& lab, const std::string& node) {
  const auto text = lab.birdc(node, "eval ZTIX_REVISION");
  const auto at = text.find_last_not_of(" \n");
  const auto from = text.rfind('\n', at);
  return text.substr(from + 1, at - from);
}

std::string confirmed_revision(Lab& lab, const std::string& node) {
  return lab.ztix({"rs", "show", node}).at("confirmed_revision").dump();
}

bool is_armed(Lab& lab, const std::string& node) {
  return lab.birdc(node, "configure status").find("unconfirmed") != std::string::npos;
}

/// A worker that stands still as soon as it has armed something.
const std::map<std::string, std::string> kStopsWhenArmed{{"ZTIX_CRASH_AT", "A8.before"}, {"ZTIX_CRASH_ACTION", "stop"}};

/// A request that was approved, and what such a worker has armed of it.
struct ArmedRequest {
  explicit ArmedRequest(Lab& lab) : request(lab.request(lab.new_operator())) {
    std::map<std::string, std::string> before;
    for (const auto* name : {"rs1", "rs2"}) before[name] = running_revision(lab, name);
    lab.approve(request);
    REQUIRE(eventually(30s, [&] {
      for (const auto* name : {"rs1", "rs2"}) {
        if (is_armed(lab, name)) node = name;
      }
      return !node.empty();
    }));
    revision_before = before.at(node);
  }
  json request;
  std::string node;  ///< the route server
  std::string revision_before;
};

void kill_bird(Lab& lab, const std::string& node) {
  lab.kill(node, "bird");
  // The supervisor starts it again, from the boot file.
  REQUIRE(eventually(20s, [&] { return lab.birdc(node, "show status").find("up and running") != std::string::npos; }));
}

std::chrono::seconds outage() { return std::getenv("ZTIX_LONG") != nullptr ? 60s : 12s; }

}  // namespace

TEST_CASE("With one route server's sshd stopped a request is confirmed on the other and waits, and goes on by itself") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  Stopped sshd(lab, "rs2", "sshd");
  lab.approve(request);
  CHECK(eventually(30s, [&] {
    const auto now = lab.show(request);
    return now.at("status") == "provisioning" && delivery(now, "rs1").at("state") == "confirmed" &&
           !delivery(now, "rs2").at("last_error").is_null() && delivery(now, "rs2").at("last_error") != "";
  }));
  const auto error = delivery(lab.show(request), "rs2").at("last_error").get<std::string>();
  CAPTURE(error);
  CHECK(who.person->ask("GET", "requests/" + Lab::id(request)).dump().find(json(error).dump()) != std::string::npos);
  CHECK(who.person->page("/requests/" + Lab::id(request)).find("rs2") != std::string::npos);
  CHECK(lab.ztix({"request", "show", Lab::id(request)}).dump().find(json(error).dump()) != std::string::npos);
  std::this_thread::sleep_for(outage());
  CHECK(lab.status(request) == "provisioning");
  sshd.start();
  CHECK(lab.becomes(request, "active", 30s));
}

TEST_CASE("BIRD killed between arm and confirm never runs an unconfirmed configuration afterwards") {
  auto& lab = Lab::instance();
  const ChangedWorker worker(lab, kStopsWhenArmed);
  const ArmedRequest armed(lab);
  kill_bird(lab, armed.node);
  CHECK(running_revision(lab, armed.node) == armed.revision_before);
  lab.resume("ix", "worker");
  CHECK(lab.becomes(armed.request, "active", 40s));
  CHECK_FALSE(is_armed(lab, armed.node));
  CHECK(running_revision(lab, armed.node) == confirmed_revision(lab, armed.node));
}

TEST_CASE("The SSH link cut between arm and confirm leaves the old configuration, also after a restart of BIRD") {
  auto& lab = Lab::instance();
  const ChangedWorker worker(lab, kStopsWhenArmed);
  const ArmedRequest armed(lab);
  {
    const Stopped sshd(lab, armed.node, "sshd");
    lab.resume("ix", "worker");
    kill_bird(lab, armed.node);
    CHECK(running_revision(lab, armed.node) == armed.revision_before);
    CHECK_FALSE(is_armed(lab, armed.node));
  }
  CHECK(lab.becomes(armed.request, "active", 40s));
  CHECK(running_revision(lab, armed.node) == confirmed_revision(lab, armed.node));
}
