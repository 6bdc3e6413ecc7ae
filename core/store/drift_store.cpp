#include "core/store/drift_store.h"

#include "core/store/audit_store.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using service::Actor;
using service::Difference;
using service::Drift;
using service::Job;

void audit(Transaction& transaction, const Actor& actor, const std::string& action, const std::string& target,
           std::map<std::string, std::string> facts) {
  const auto colon = target.find(':');
  append_audit(transaction, actor, action, target.substr(0, colon), target.substr(colon + 1), facts);
}

Drift read_drift(const Row& row) {
  return {row.get<std::int64_t>("id"),
          row.get<std::string>("target"),
          {row.get_enum(domain::kDriftKinds, "kind"), row.get<std::string>("subject"), row.get<std::string>("diff")},
          row.get<Timestamp>("first_seen"),
          row.get<Timestamp>("last_seen"),
          row.get<std::optional<Timestamp>>("resolved_at"),
          row.get<std::string>("resolution")};
}

}  // namespace

SeenDrift see_drift(Transaction& transaction, const Actor& actor, const std::string& target,
                    const Difference& difference) {
  const auto row =
      transaction.execute(queries::drift_see, {target, difference.kind, difference.subject, difference.diff}).one();
  const SeenDrift seen{row.get<std::int64_t>("id"), row.get<bool>("is_new")};
  if (seen.is_new) {
    audit(transaction, actor, "drift.found", target,
          {{"kind", std::string(to_string(difference.kind))},
           {"subject", difference.subject},
           {"diff", difference.diff}});
  }
  return seen;
}

Result<std::vector<Difference>> PgDriftStore::record(const Job& job, const std::string& target,
                                                     const std::vector<Difference>& found,
                                                     const service::FollowUp& follow_up) {
  using Found = std::vector<Difference>;
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Result<Found> {
    Found fresh;
    std::vector<std::int64_t> ids;
    for (const auto& difference : found) {
      const auto seen = see_drift(transaction, actor, target, difference);
      ids.push_back(seen.id);
      if (seen.is_new) fresh.push_back(difference);
    }
    for (const auto row : transaction.execute(queries::drift_end_others, {target, ids})) {
      audit(transaction, actor, "drift.gone", target,
            {{"kind", row.get<std::string>("kind")}, {"subject", row.get<std::string>("subject")}});
    }
    if (const auto wanted = follow_up ? follow_up(fresh) : std::nullopt) enqueue_job(transaction, *wanted);
    return fresh;
  });
}

Status PgDriftStore::repaired(const Job& job, const std::string& target, const Difference& difference,
                              const std::string& how) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor& actor) -> Status {
    const auto ended = transaction.execute(queries::drift_repaired,
                                           {target, difference.kind, difference.subject, difference.diff, how});
    if (ended.empty()) return {};
    audit(transaction, actor, "drift.repaired", target,
          {{"kind", std::string(to_string(difference.kind))}, {"subject", difference.subject}, {"how", how}});
    return {};
  });
}

Result<std::vector<Drift>> PgDriftStore::drifts(bool only_open, int limit) {
  return database_.read([&](Session& session) -> Result<std::vector<Drift>> {
    std::vector<Drift> all;
    for (const auto row : session.execute(queries::drift_list, {only_open, limit})) all.push_back(read_drift(row));
    return all;
  });
}

}  // namespace ztix::store
