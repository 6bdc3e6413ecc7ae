#include "core/store/silent_sessions.h"

#include "generated/queries.h"

namespace ztix::store {

Result<std::vector<SilentSession>> end_silent_sessions(Database& database, std::chrono::milliseconds silent_for) {
  return database.write([&](Session& session) -> Result<std::vector<SilentSession>> {
    std::vector<SilentSession> ended;
    for (const auto row : session.execute(queries::session_end_silent, {silent_for.count()})) {
      ended.push_back({row.get<int>("pid"), row.get<std::string>("application"),
                       std::chrono::seconds(row.get<std::int64_t>("silent_seconds"))});
    }
    return ended;
  });
}

}  // namespace ztix::store
