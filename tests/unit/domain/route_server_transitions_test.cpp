#include "core/domain/route_server_transitions.h"

#include <fstream>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/support/checkout.h"

using namespace ztix::domain;

namespace {

using Step = std::pair<std::string, std::string>;

/// The two-column rows of the section `## Route server` of docs/state-machines.md.
std::set<Step> drawn_steps() {
  std::ifstream file(ztix::test::in_checkout("docs/state-machines.md"));
  std::set<Step> steps;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) inside = line == "## Route server";
    const auto middle = line.find(" | ");
    if (!inside || !line.starts_with("| ") || !line.ends_with(" |") || middle == std::string::npos) continue;
    steps.emplace(line.substr(2, middle - 2), line.substr(middle + 3, line.size() - middle - 5));
  }
  steps.erase({"from", "to"});
  steps.erase({"---", "---"});
  return steps;
}

}  // namespace

TEST_CASE("The route server's lifecycle is drawn as it is") {
  std::set<Step> allowed;
  for (const auto from : kRouteServerStates) {
    for (const auto to : kRouteServerStates) {
      if (may_change(from, to)) allowed.emplace(to_string(from), to_string(to));
    }
  }
  CHECK(allowed.size() == kRouteServerTransitions.size());
  CHECK(drawn_steps() == allowed);
}

TEST_CASE("Nobody orders a route server to be enabled, and nothing leaves removed") {
  for (const auto state : kRouteServerStates) {
    CHECK_FALSE(may_change(state, RouteServerState::enabled));
    CHECK_FALSE(may_change(RouteServerState::removed, state));
    CHECK_FALSE(may_change(state, state));
  }
}
