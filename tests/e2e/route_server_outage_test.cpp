#include <cstdlib>
#include <map>
#include <optional>
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

/// A worker that watches what it has armed for so long that who looks from outside finds it.
const std::map<std::string, std::string> kWatchesLong{{"ZTIX_APPLY_WATCH_MILLISECONDS", "4000"}};

/// Looks as fast as it can.
bool sees_armed(Lab& lab, const std::string& node, std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (std::chrono::steady_clock::now() < deadline) {
    if (is_armed(lab, node)) return true;
  }
  return false;
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
  const ChangedWorker worker(lab, kWatchesLong);
  bool hit = false;
  for (int attempt = 0; attempt < 8 && !hit; ++attempt) {
    const auto request = lab.request(lab.new_operator());
    const auto before = running_revision(lab, "rs1");
    lab.approve(request);
    hit = sees_armed(lab, "rs1", 15s);
    if (hit) lab.kill("rs1", "bird");
    // The supervisor starts it again, from the boot file: the old revision, or the new one when it was confirmed in
    // time.
    REQUIRE(
        eventually(20s, [&] { return lab.birdc("rs1", "show status").find("up and running") != std::string::npos; }));
    const auto after = running_revision(lab, "rs1");
    const bool old_or_confirmed = after == before || std::stoll(after) <= std::stoll(confirmed_revision(lab, "rs1"));
    CHECK(old_or_confirmed);
    CHECK(lab.becomes(request, "active", 40s));
    CHECK_FALSE(is_armed(lab, "rs1"));
    CHECK(running_revision(lab, "rs1") == confirmed_revision(lab, "rs1"));
  }
  CHECK(hit);
}

TEST_CASE("The SSH link cut between arm and confirm leaves the old configuration, also after a restart of BIRD") {
  auto& lab = Lab::instance();
  const ChangedWorker worker(lab, kWatchesLong);
  bool hit = false;
  for (int attempt = 0; attempt < 8 && !hit; ++attempt) {
    const auto request = lab.request(lab.new_operator());
    const auto before = running_revision(lab, "rs1");
    lab.approve(request);
    std::optional<Stopped> sshd;
    if (sees_armed(lab, "rs1", 15s)) {
      sshd.emplace(lab, "rs1", "sshd");
      // Only when the cut came before the confirm does this try count.
      hit = is_armed(lab, "rs1");
    }
    if (hit) {
      lab.kill("rs1", "bird");
      REQUIRE(
          eventually(20s, [&] { return lab.birdc("rs1", "show status").find("up and running") != std::string::npos; }));
      CHECK(running_revision(lab, "rs1") == before);
      CHECK_FALSE(is_armed(lab, "rs1"));
    }
    sshd.reset();
    CHECK(lab.becomes(request, "active", 40s));
    CHECK(running_revision(lab, "rs1") == confirmed_revision(lab, "rs1"));
  }
  CHECK(hit);
}
