// Forty route servers on this machine, in a lab of its own: how long a change takes until all of them have it, beside
// what people use instead. Needs root, and the Debian packages pssh and ansible-core.
//
//   bench_fleet                                   40 route servers, 150 memberships, 5 rounds
//   bench_fleet --route-servers N --memberships N --rounds N

#include "bench/fleet/fleet.h"

#include <cstdio>
#include <exception>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/fleet/peers.h"

#include "core/base/text.h"
#include "tests/load/own_lab.h"

using namespace ztix;
using bench::Fleet;
using bench::Pair;

namespace {

constexpr double kWarmGoal = 0.10;
constexpr double kApplyGoal = 0.15;

std::map<std::string, int> options(int count, char** words) {
  std::map<std::string, int> all{{"--route-servers", 40}, {"--memberships", 150}, {"--rounds", 5}};
  for (int i = 1; i < count; ++i) {
    const auto found = all.find(words[i]);
    const auto number = i + 1 < count ? parse_decimal<int>(words[++i]) : std::nullopt;
    if (found == all.end() || !number || *number < 1) throw std::invalid_argument("usage: see bench/fleet.cpp");
    found->second = *number;
  }
  return all;
}

/// The first pair warms up, and does not count.
void note(std::vector<Pair>& pairs, int round, const Pair& pair, const char* peer) {
  std::printf("  ours %7.0f ms   %s %7.0f ms   ratio %.3f%s\n", pair.ours, peer, pair.peer, pair.ratio(),
              round == 0 ? "   (warm-up)" : "");
  std::fflush(stdout);
  if (round > 0) pairs.push_back(pair);
}

bool report(const char* what, const char* peer, const std::vector<Pair>& pairs, double goal) {
  const auto [median, worst] = bench::median_and_worst(pairs);
  const bool reached = median <= goal;
  std::printf("%s: median ratio %.3f, worst %.3f   goal <= %.2f of %s: %s\n", what, median, worst, goal, peer,
              reached ? "reached" : "NOT reached");
  return reached;
}

/// The worker stands still, so that nothing else speaks to the hosts.
bool warm(Fleet& fleet, int rounds) {
  const test::Stopped worker(fleet.lab(), "ix", "worker");
  fleet.look();
  bench::ParallelSsh pssh(fleet);
  std::vector<Pair> pairs;
  for (int round = 0; round <= rounds; ++round) {
    const auto ours = fleet.put_check_arm();
    const auto peer = pssh.put_check_arm();
    note(pairs, round, {ours, peer}, "parallel-ssh");
  }
  return report("warm put + check + arm", "parallel-ssh", pairs, kWarmGoal);
}

bool whole(Fleet& fleet, int rounds) {
  bench::Ansible ansible(fleet);
  std::vector<Pair> pairs;
  for (int round = 0; round <= rounds; ++round) {
    const auto ours = fleet.apply_everywhere();
    std::printf("  revision %s: turns of %s, at most %d at the same moment; approve to active %.0f ms\n",
                ours.revision.c_str(), ours.turns.c_str(), ours.most_at_once, ours.until_active);
    const auto peer = ansible.copy_and_check();
    note(pairs, round, {ours.until_confirmed, peer}, "ansible");
  }
  return report("whole apply, canary and waves", "ansible", pairs, kApplyGoal);
}

int measure(int count, char** words) {
  const auto wanted = options(count, words);
  const auto servers = std::to_string(wanted.at("--route-servers"));
  // The lab looks at its hosts every few seconds; these are the times of production.
  test::OwnLab own("bench-fleet", {"--no-demo", "--route-servers", servers, "--members", "1"},
                   {"ZTIX_ROUTE_SERVER_PROBE_SECONDS=60", "ZTIX_CONTROLLER_LOOK_SECONDS=60"});
  Fleet fleet(own.lab());
  fleet.fill(wanted.at("--memberships"));
  std::printf("%s route servers, %d memberships, %zu bytes of configuration on each\n", servers.c_str(),
              wanted.at("--memberships"), fleet.bytes());
  std::fflush(stdout);
  const bool is_warm_good = warm(fleet, wanted.at("--rounds"));
  std::fflush(stdout);
  const bool is_whole_good = whole(fleet, wanted.at("--rounds"));
  return is_warm_good && is_whole_good ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
  try {
    return measure(count, words);
  } catch (const std::exception& error) {
    std::cerr << "bench_fleet: " << error.what() << '\n';
    return 2;
  }
}
