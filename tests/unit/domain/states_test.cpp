// The lifecycle of a request, and that code, SQL and documentation spell every state alike.

#include "core/domain/states.h"

#include <filesystem>
#include <set>
#include <string>
#include <tuple>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/domain/request_state.h"
#include "core/net/address_family.h"
#include "tests/support/checkout.h"
#include "tests/support/process.h"

using namespace ztix;
using namespace ztix::domain;

namespace {

using Row = std::tuple<std::string, std::string, std::string>;

/// The rows of the table `| from | event | to |` of docs/state-machines.md.
std::set<Row> documented_rows() {
  std::set<Row> rows;
  const auto text = test::read_file(test::in_checkout("docs/state-machines.md"));
  bool inside = false;
  for (const auto line : split(text, '\n')) {
    if (trim(line) == "| from | event | to |") inside = true;
    if (trim(line).empty()) inside = false;
    const auto cells = split(line, '|');
    if (!inside || cells.size() != 5) continue;
    const Row row{trim(cells[1]), trim(cells[2]), trim(cells[3])};
    if (std::get<0>(row) != "from" && std::get<0>(row) != "---") rows.insert(row);
  }
  return rows;
}

std::string all_migrations() {
  std::string text;
  for (const auto& file : std::filesystem::directory_iterator(test::in_checkout("sql/migrations"))) {
    if (file.path().string().ends_with(".up.sql")) text += test::read_file(file.path());
  }
  return text;
}

/// The quoted words of `CONSTRAINT name CHECK (… IN ('a', 'b'))`.
std::set<std::string> sql_words(const std::string& constraint) {
  static const std::string migrations = all_migrations();
  const auto begin = migrations.find("CONSTRAINT " + constraint);
  REQUIRE(begin != std::string::npos);
  const auto check = migrations.substr(begin, migrations.find("))", begin) - begin);
  std::set<std::string> words;
  const auto parts = split(check, '\'');
  for (std::size_t i = 1; i < parts.size(); i += 2) words.emplace(parts[i]);
  return words;
}

template <class Enums>
std::set<std::string> spelt(const Enums& all) {
  std::set<std::string> words;
  for (const auto each : all) words.emplace(to_string(each));
  CHECK(words.size() == all.size());
  return words;
}

template <class Enum, std::size_t N>
void check_parses(const std::array<Enum, N>& all) {
  for (const auto each : all) CHECK(parse_enum(all, to_string(each)) == each);
  CHECK(!parse_enum(all, ""));
  CHECK(!parse_enum(all, "no such word"));
}

}  // namespace

TEST_CASE("Every state and event is either in the documented table or refused") {
  const auto rows = documented_rows();
  REQUIRE(rows.size() == kRequestTransitions.size());
  for (const auto from : kRequestStates) {
    for (const auto on : kRequestEvents) {
      const auto to = next_state(from, on);
      CAPTURE(to_string(from));
      CAPTURE(to_string(on));
      if (to) {
        CHECK(rows.contains(Row{to_string(from), to_string(on), to_string(*to)}));
      } else {
        for (const auto& [row_from, row_on, row_to] : rows)
          CHECK(!(row_from == to_string(from) && row_on == to_string(on)));
      }
    }
  }
}

TEST_CASE("No event leads out of a closed request") {
  for (const auto state : kRequestStates) {
    if (is_open(state)) continue;
    for (const auto event : kRequestEvents) CHECK(!next_state(state, event));
  }
  CHECK(is_open(RequestState::active));
  CHECK(is_open(RequestState::revoking));
  CHECK(!is_open(RequestState::revoked));
}

TEST_CASE("Every request state can be reached from pending") {
  std::set<RequestState> reached{RequestState::pending};
  for (std::size_t round = 0; round < kRequestStates.size(); ++round) {
    for (const auto& transition : kRequestTransitions) {
      if (reached.contains(transition.from)) reached.insert(transition.to);
    }
  }
  CHECK(reached.size() == kRequestStates.size());
}

TEST_CASE("Request states parse as they are spelt") {
  for (const auto state : kRequestStates) CHECK(parse_request_state(to_string(state)) == state);
  CHECK(!parse_request_state("Pending"));
  CHECK(!parse_request_state(""));
}

TEST_CASE("The database knows exactly the states of the code") {
  CHECK(sql_words("request_state_known") == spelt(kRequestStates));
  CHECK(sql_words("job_state_known") == spelt(kJobStates));
  CHECK(sql_words("route_server_state_known") == spelt(kRouteServerStates));
  CHECK(sql_words("request_route_server_state_known") == spelt(kDeliveryStates));
  CHECK(sql_words("session_admin_state_state_known") == spelt(kAdminStates));
  CHECK(sql_words("session_admin_state_family_known") == spelt(kAddressFamilies));
  CHECK(sql_words("membership_desired_known") == spelt(kDesired));
  CHECK(sql_words("network_admission_known") == spelt(kAdmissions));
  CHECK(sql_words("user_role_role_known") == spelt(kRoles));
  CHECK(sql_words("infrastructure_node_role_known") == spelt(kInfrastructureRoles));
}

TEST_CASE("Every enumeration parses what it spells") {
  check_parses(kJobStates);
  check_parses(kRouteServerStates);
  check_parses(kAdminStates);
  check_parses(kDesired);
  check_parses(kAdmissions);
  check_parses(kDeliveryStates);
  check_parses(kRoles);
  check_parses(kInfrastructureRoles);
}
