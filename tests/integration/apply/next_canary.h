#pragma once

/// @file tests/integration/apply/next_canary.h
/// Whose turn it is by now to try a revision first.

#include <string>

#include "tests/support/test_database.h"

namespace ztix::test {

[[nodiscard]] inline std::string next_canary(TestDatabase& database) {
  return database
      .sql(
          "SELECT s.name FROM route_server s LEFT JOIN rollout_standing t ON t.route_server = s.id "
          "ORDER BY t.last_canary_at NULLS FIRST, s.id LIMIT 1")
      .one()
      .get<std::string>("name");
}

}  // namespace ztix::test
