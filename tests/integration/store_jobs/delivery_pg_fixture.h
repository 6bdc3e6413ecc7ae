#pragma once

/// @file tests/integration/store_jobs/delivery_pg_fixture.h
/// An exchange in PostgreSQL for what a fake cannot show: races, outages, what the schema refuses.

#include "tests/contract/store_jobs/pg_delivery_world.h"

namespace ztix::test {

struct PgExchange : PgDeliveryWorld {
  /// What an expression says, as text.
  std::string value(const std::string& query) {
    return database.sql("SELECT (" + query + ")::text AS value").one().get<std::string>("value");
  }
};

}  // namespace ztix::test
