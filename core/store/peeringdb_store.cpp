#include "core/store/peeringdb_store.h"

#include "core/base/text.h"
#include "core/store/audit_store.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
#include "core/store/peeringdb_json.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Asn;
using service::Actor;
using service::Job;
using service::PeeringDbView;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// One for all ASNs: it asks about many at once, and only one worker at a time asks at all.
service::NewJob refresh_job(milliseconds delay, const std::string& trace_id) {
  return {.kind = service::kPeeringDbRefresh,
          .subject = service::kPeeringDbSubject,
          .want_revision = 0,
          .priority = service::kWorstPriority,
          .delay = delay,
          .trace_id = trace_id};
}

Result<PeeringDbView> read_view(const Row& row) {
  PeeringDbView view(row.get<Asn>("asn"));
  if (const auto content = row.get<std::optional<std::string>>("content")) {
    ZTIX_ASSIGN(view.entry, decode_entry(view.asn, *content));
  }
  view.seen_at = row.get<std::optional<Timestamp>>("seen_at");
  view.age = seconds(row.get<std::int64_t>("age_seconds"));
  view.asked_at = row.get<std::optional<Timestamp>>("asked_at");
  view.gone_since = row.get<std::optional<Timestamp>>("gone_since");
  view.problem = row.get<std::string>("problem");
  view.outage = row.get<std::string>("outage");
  return view;
}

Result<std::vector<PeeringDbView>> read_views(Session& session, const std::vector<Asn>& asns) {
  std::vector<PeeringDbView> all;
  for (const auto row : session.execute(queries::peeringdb_views, {asns})) {
    ZTIX_ASSIGN(auto view, read_view(row));
    all.push_back(std::move(view));
  }
  return all;
}

std::vector<Asn> asns_of(const Rows& rows) {
  std::vector<Asn> asns;
  for (const auto row : rows) asns.push_back(row.get<Asn>("asn"));
  return asns;
}

std::string listed(const std::vector<Asn>& asns) {
  std::vector<std::string> texts;
  for (const auto asn : asns) texts.push_back(asn.text());
  return join(texts, " ");
}

}  // namespace

void enqueue_peeringdb_refresh(Transaction& transaction, const Actor& actor) {
  enqueue_job(transaction, refresh_job(milliseconds(0), actor.trace_id));
}

Result<std::vector<PeeringDbView>> PgPeeringDbStore::views(const std::vector<Asn>& asns) {
  return database_.read([&](Session& session) { return read_views(session, asns); });
}

Result<std::vector<Asn>> PgPeeringDbStore::due(seconds interval, std::size_t limit) {
  return database_.read([&](Session& session) -> Result<std::vector<Asn>> {
    return asns_of(session.execute(queries::peeringdb_due, {interval.count(), limit}));
  });
}

Result<milliseconds> PgPeeringDbStore::next_due(seconds interval) {
  return database_.read([&](Session& session) -> Result<milliseconds> {
    const auto row = session.execute(queries::peeringdb_next_due, {interval.count()}).one();
    return milliseconds(row.get<std::int64_t>("wait_ms"));
  });
}

Status PgPeeringDbStore::record(const Job& job, const service::PeeringDbAnswer& answer) {
  std::vector<Asn> found;
  std::vector<std::string> contents;
  for (const auto& entry : answer.entries) {
    found.push_back(entry.asn);
    contents.push_back(encode(entry));
  }
  std::vector<Asn> refused;
  std::vector<std::string> problems;
  for (const auto& [asn, problem] : answer.refused) {
    refused.push_back(asn);
    problems.push_back(problem);
  }
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Status {
    transaction.execute(queries::peeringdb_record, {answer.asked, found, contents, refused, problems});
    transaction.execute(queries::peeringdb_recovered);
    return {};
  });
}

Result<int> PgPeeringDbStore::record_failure(const Job& job, const std::string& message) {
  return job_transaction(database_, job, [&](Transaction& transaction, const Actor&) -> Result<int> {
    return transaction.execute(queries::peeringdb_failed, {message}).one().get<int>("failures");
  });
}

Result<std::vector<PeeringDbView>> PgPeeringDbStore::order(const std::vector<Asn>& asns, const Actor& actor) {
  return database_.transaction([&](Transaction& transaction) {
    const auto ordered = asns.empty() ? asns_of(transaction.execute(queries::peeringdb_followed_asns)) : asns;
    transaction.execute(queries::peeringdb_order, {ordered});
    append_audit(transaction, actor, "peeringdb.refresh_ordered", "peeringdb", asns.empty() ? "all" : listed(asns), {});
    enqueue_peeringdb_refresh(transaction, actor);
    return read_views(transaction, ordered);
  });
}

Status PgPeeringDbStore::enqueue_refresh(seconds interval) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    const auto row = transaction.execute(queries::peeringdb_next_due, {interval.count()}).one();
    // Only for whom nothing is known: else a refresh that waits after a failure would be woken too early.
    enqueue_job(transaction, refresh_job(row.get<bool>("is_urgent") ? milliseconds(0) : milliseconds(interval), ""));
    return {};
  });
}

Result<service::QueryPace::Place> PgQueryPace::take_place(const std::string& query, const Rules& rules) {
  return database_.write([&](Session& session) -> Result<Place> {
    const auto row = session
                         .execute(queries::peeringdb_take_place,
                                  {query, rules.gap.count(), rules.repeat.count(), rules.large_repeat.count(),
                                   rules.large, rules.longest_wait.count()})
                         .one();
    return Place{milliseconds(row.get<std::int64_t>("wait_ms")), row.get<bool>("taken")};
  });
}

Status PgQueryPace::answered(const std::string& query, std::int64_t bytes) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::peeringdb_answered, {query, bytes});
    return {};
  });
}

Status PgQueryPace::pause(milliseconds duration) {
  return database_.write([&](Session& session) -> Status {
    session.execute(queries::peeringdb_pause, {duration.count()});
    return {};
  });
}

}  // namespace ztix::store
