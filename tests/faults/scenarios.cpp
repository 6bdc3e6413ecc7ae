#include "tests/faults/scenarios.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <memory>
#include <regex>
#include <thread>

#include <nlohmann/json.hpp>

#include "tests/faults/crew.h"
#include "tests/faults/invariants.h"
#include "tests/faults/trouble.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

constexpr int kWorkers = 2;
constexpr int kApplicants = 3;
/// Long, so that a lucky moment does not become the measure.
constexpr seconds kBaseline{16};
/// On a busy machine it takes longer until there is something to compare with.
constexpr seconds kLongestBaseline{60};
constexpr std::int64_t kServedInBaseline = 12;
constexpr seconds kWindow{5};
constexpr seconds kMayTake{30};
constexpr double kBackAt = 0.95;

struct Scene {
  Exchange& exchange;
  Crew& crew;
};

struct Scenario {
  std::string name;
  std::function<void(Scene&)> trouble;
  /// A disk, for instance, that is there from before the baseline until after the end.
  std::function<std::shared_ptr<void>(Exchange&)> stage{};
};

Environment faked_clock(const std::string& offset) {
  return {{"LD_PRELOAD", "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"},
          {"FAKETIME", offset},
          {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
}

void kill_repeatedly(Scene& scene) {
  for (int i = 0; i < 8; ++i) {
    scene.crew.kill(static_cast<std::size_t>(i) % scene.crew.size());
    std::this_thread::sleep_for(seconds(1));
  }
}

void end_connections_again_and_again(Scene& scene) {
  for (int i = 0; i < 25; ++i) {
    end_connections(scene.exchange);
    std::this_thread::sleep_for(milliseconds(200));
  }
}

void oversleep_lease(Scene& scene) {
  scene.crew.pause(0);
  std::this_thread::sleep_for(seconds(5));
  scene.crew.resume(0);
}

// One worker lives an hour ahead of the other, then an hour behind it.
void fake_clocks(Scene& scene) {
  for (const auto* offset : {"+1h", "-1h"}) {
    scene.crew.equip(0, faked_clock(offset));
    std::this_thread::sleep_for(seconds(4));
  }
}

template <class Disk, class... More>
std::function<std::shared_ptr<void>(Exchange&)> on(std::shared_ptr<Disk>& place, More... more) {
  return [&place, more...](Exchange& exchange) {
    place = std::make_shared<Disk>(exchange, more...);
    return std::shared_ptr<void>(nullptr, [&place](void*) { place.reset(); });
  };
}

std::vector<Scenario> scenarios(std::shared_ptr<SmallHostDisk>& host, std::shared_ptr<SmallDatabaseDisk>& database) {
  return {
      {"a worker is killed", [](Scene& scene) { scene.crew.kill(0); }},
      {"workers are killed again and again", kill_repeatedly},
      {"PostgreSQL is restarted", [](Scene& scene) { stop_service(scene.exchange, "ix", "postgres", seconds(1)); }},
      {"a stream of pg_terminate_backend", end_connections_again_and_again},
      {"every connection of PostgreSQL is taken",
       [](Scene& scene) { exhaust_connections(scene.exchange, seconds(5)); }},
      {"Redis is killed", [](Scene& scene) { kill_service(scene.exchange, "ix", "redis"); }},
      {"Redis is flushed", [](Scene& scene) { scene.exchange.lab().flush_redis(); }},
      {"a worker is stopped for longer than its lease", oversleep_lease},
      {"a worker's clock is an hour ahead, then an hour behind", fake_clocks},
      {"the disk of a route server is full",
       [&host](Scene&) {
         host->fill();
         std::this_thread::sleep_for(seconds(5));
         host->free();
       },
       on(host, std::string("rs1"))},
      {"the disk of the database is full",
       [&database](Scene&) {
         database->fill(seconds(5));
         database->free();
       },
       on(database)},
  };
}

double rate(std::int64_t served, Clock::duration during) {
  return static_cast<double>(served) / std::chrono::duration<double>(during).count();
}

double undisturbed_rate(const Applicants& applicants) {
  test::eventually(kLongestBaseline, [&] { return applicants.served() >= kApplicants; });
  const auto from = applicants.served();
  const auto begin = Clock::now();
  std::this_thread::sleep_for(kBaseline);
  test::eventually(kLongestBaseline, [&] { return applicants.served() - from >= kServedInBaseline; });
  return rate(applicants.served() - from, Clock::now() - begin);
}

/// The first window after the trouble that is as fast as before; nullopt when none began in time.
std::optional<double> seconds_until_back(const Applicants& applicants, double wanted, double& reached) {
  std::vector<std::int64_t> served;
  const auto ended = Clock::now();
  constexpr milliseconds kTick{250};
  constexpr auto kTicks = static_cast<std::size_t>(kWindow / kTick);
  while (Clock::now() - ended < kMayTake + kWindow) {
    served.push_back(applicants.served());
    if (served.size() > kTicks) {
      const auto now = rate(served.back() - served[served.size() - 1 - kTicks], kWindow);
      reached = std::max(reached, now);
      if (now >= wanted) return static_cast<double>(served.size() - 1 - kTicks) * 0.25;
    }
    std::this_thread::sleep_for(kTick);
  }
  return std::nullopt;
}

// A job that ended for another reason than lost workers rests for a minute; its time is part of the patience.
std::vector<std::string> at_rest(Exchange& exchange, const Baseline& before) {
  const auto all_is_well = [&] {
    try {
      return is_at_rest(exchange) && violations(exchange, before).empty();
    } catch (const std::exception&) {
      return false;  // a server is still coming back
    }
  };
  if (test::eventually(seconds(90), all_is_well)) return {};
  auto wrong = violations(exchange, before);
  if (!is_at_rest(exchange)) wrong.emplace_back("the exchange does not come to rest");
  return wrong;
}

bool play(Exchange& exchange, const Scenario& scenario) {
  const auto stage = scenario.stage ? scenario.stage(exchange) : nullptr;
  const auto before = baseline(exchange);
  std::vector<std::string> wrong;
  double was = 0;
  double reached = 0;
  std::optional<double> back;
  {
    Crew crew(exchange, kWorkers, Times{});
    Scene scene{exchange, crew};
    Applicants applicants(exchange, kApplicants);
    was = undisturbed_rate(applicants);
    scenario.trouble(scene);
    back = seconds_until_back(applicants, was * kBackAt, reached);
    applicants.send_home();
    wrong = at_rest(exchange, before);
  }
  if (was == 0) wrong.emplace_back("nobody was served before the trouble");
  if (!back) wrong.insert(wrong.begin(), "not back to 95 % of its throughput within 30 s");
  std::printf("%s  %-55s before %5.2f/s, after %5.2f/s, back after %s\n", wrong.empty() ? "PASS" : "FAIL",
              scenario.name.c_str(), was, reached, back ? (std::to_string(*back).substr(0, 5) + " s").c_str() : "-");
  for (const auto& what : wrong) std::printf("        %s\n", what.c_str());
  std::fflush(stdout);
  return wrong.empty();
}

}  // namespace

bool run_scenarios(Exchange& exchange, const std::string& only) {
  std::shared_ptr<SmallHostDisk> host;
  std::shared_ptr<SmallDatabaseDisk> database;
  std::size_t played = 0;
  std::size_t passed = 0;
  for (const auto& scenario : scenarios(host, database)) {
    if (!std::regex_search(scenario.name, std::regex(only))) continue;
    ++played;
    passed += play(exchange, scenario) ? 1U : 0U;
  }
  std::printf("scenarios: %zu, passed: %zu\n", played, passed);
  return played > 0 && passed == played;
}

}  // namespace ztix::faults
