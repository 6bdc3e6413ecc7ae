#include "core/store/history.h"

#include <array>

#include "generated/queries.h"

namespace ztix::store {
namespace {

/// As promised for `Idempotency-Key`.
constexpr std::chrono::hours kIdempotencyLifetime{24};

/// Longer than PEERINGDB_REFRESH_SECONDS can be, and contacts are among it: what nobody needs is not kept.
constexpr std::chrono::hours kPeeringDbLifetime{8 * 24};

struct Kind {
  const char* name;
  const Query& query;
  std::chrono::hours age;
};

}  // namespace

Result<std::map<std::string, int>> PgHistory::purge(int batch) {
  const std::array kinds{
      Kind{"jobs", queries::history_purge_jobs, retention_.jobs},
      Kind{"dead_jobs", queries::history_purge_dead_jobs, retention_.history},
      Kind{"idempotency", queries::history_purge_idempotency, kIdempotencyLifetime},
      Kind{"peeringdb", queries::history_purge_peeringdb, kPeeringDbLifetime},
      Kind{"drift", queries::history_purge_drift, retention_.history},
      Kind{"forecasts", queries::history_purge_forecasts, retention_.history},
      Kind{"turns", queries::history_purge_turns, retention_.history},
  };
  std::map<std::string, int> purged;
  for (const auto& kind : kinds) {
    ZTIX_ASSIGN(const auto count, database_.write([&](Session& session) -> Result<int> {
      return static_cast<int>(session.execute(kind.query, {kind.age.count(), batch}).size());
    }));
    if (count > 0) purged[kind.name] = count;
  }
  return purged;
}

}  // namespace ztix::store
