#include "core/store/rollout_store.h"

#include <algorithm>

#include "core/store/audit_store.h"
#include "core/store/job_store.h"
#include "core/store/job_transaction.h"
#include "core/store/revision.h"
#include "core/store/take_back.h"
#include "generated/queries.h"

namespace ztix::store {
namespace {

using domain::Revision;
using domain::RolloutState;
using domain::TurnDecision;
using domain::TurnVerdict;
using domain::TurnWish;
using service::Job;
using service::TurnRequest;
using Answer = TurnDecision::Answer;

/// Putting a job back can lose a race for its subject's one waiting place; the next try sees who won.
constexpr int kRaceTries = 5;
constexpr const char* kRaced = "raced_for_waiting_place";

domain::RolloutServer read_server(const Row& row) {
  return {row.get<std::int64_t>("id"),
          row.get<std::string>("name"),
          row.get_enum(domain::kRouteServerStates, "state"),
          row.get<bool>("reachable"),
          row.get<bool>("at_work"),
          row.get<Revision>("confirmed_revision"),
          row.get<Revision>("wanted_revision"),
          row.get<std::optional<Timestamp>>("last_canary_at"),
          row.get<std::optional<Timestamp>>("seen_up_at"),
          row.get<std::optional<Timestamp>>("quiet_until")};
}

domain::RolloutTurn read_turn(const Row& row) {
  return {row.get<Revision>("revision"),
          row.get<std::int64_t>("route_server"),
          row.get<int>("turn"),
          row.get_enum(domain::kTurnVerdicts, "verdict"),
          row.get<Timestamp>("taken_at"),
          row.get<std::optional<Timestamp>>("ended_at"),
          row.get<std::optional<Timestamp>>("armed_until")};
}

/// Under the rollout's lock nothing of it changes meanwhile.
RolloutState read_state(Transaction& transaction) {
  const auto facts = transaction.execute(queries::rollout_facts).one();
  RolloutState state;
  state.now = facts.get<Timestamp>("now");
  state.proven = facts.get<Revision>("proven");
  state.is_searching = facts.get<bool>("searching");
  for (const auto row : transaction.execute(queries::rollout_servers)) state.servers.push_back(read_server(row));
  for (const auto row : transaction.execute(queries::rollout_turns, {state.proven})) {
    state.turns.push_back(read_turn(row));
  }
  return state;
}

TurnWish wish_of(Transaction& transaction, std::int64_t route_server, Revision revision, domain::ChangeClass change,
                 int restarts) {
  const auto permitted = transaction.execute(queries::rollout_permitted, {route_server, revision}).one();
  return {route_server, revision, change, restarts, permitted.get<bool>("last_one"), permitted.get<int>("restarts")};
}

Result<std::int64_t> id_of(Session& session, const std::string& route_server) {
  const auto row = session.execute(queries::apply_route_server, {route_server}).at_most_one();
  if (row) return row->get<std::int64_t>("id");
  return fail(ErrorCode::not_found, "There is no route server " + route_server + ".")
      .with_reason("unknown_route_server");
}

void enqueue_apply(Transaction& transaction, const std::string& route_server, Revision revision,
                   const service::Actor& actor) {
  enqueue_job(transaction, apply_job(route_server, revision, actor));
}

/// What it was at before is over; its harms go with it into the revision that supersedes it.
struct Superseded {
  int harms = 0;
  std::string last_harm;
};

Superseded supersede(Transaction& transaction, const TurnWish& wish) {
  Superseded before;
  for (const auto row : transaction.execute(queries::rollout_supersede, {wish.route_server, wish.revision})) {
    const bool was_good = row.get_enum(domain::kTurnVerdicts, "verdict") == TurnVerdict::confirmed;
    if (!was_good && row.get<int>("harms") > before.harms) {
      before = {row.get<int>("harms"), row.get<std::string>("last_harm")};
    }
  }
  return before;
}

void put(Transaction& transaction, const TurnWish& wish, const TurnDecision& decision, TurnVerdict verdict,
         std::chrono::milliseconds armed_for) {
  const auto before = supersede(transaction, wish);
  transaction.execute(queries::rollout_put,
                      {wish.revision, wish.route_server, decision.turn, verdict, decision.wait, wish.change,
                       wish.restarts, armed_for.count(), before.harms, before.last_harm});
}

/// Shown on the route server and on every request that waits for it. Only what a person must solve is an error.
Status park(Transaction& transaction, const Job& job, const std::string& route_server, const TurnWish& wish,
            const TurnDecision& decision) {
  const auto why = domain::describe_wait(decision, wish);
  const bool for_person =
      decision.wait == domain::TurnWait::last_one || decision.wait == domain::TurnWait::awaiting_acceptance;
  transaction.execute(queries::apply_record_progress,
                      {job.id, job.fence, route_server, for_person ? "A5 turn" : "A5 turn: " + why,
                       domain::DeliveryState::waiting, wish.revision, for_person ? why : ""});
  try {
    transaction.execute(queries::rollout_park, {job.id, job.fence, why});
  } catch (const DbFailure& failure) {
    if (!failure.violates("job_one_waiting")) throw;
    return to_error(failure).with_reason(kRaced);
  }
  return {};
}

}  // namespace

Result<TurnDecision> PgRolloutStore::decide_and_note(Transaction& transaction, const Job& job,
                                                     const std::string& route_server, const TurnRequest& request) {
  transaction.execute(queries::rollout_lock);
  ZTIX_ASSIGN(const auto id, id_of(transaction, route_server));
  const auto wish = wish_of(transaction, id, request.revision, request.change, request.restarts);
  const auto decision = domain::decide_turn(read_state(transaction), rules_, wish);
  switch (decision.answer) {
    case Answer::instead:
      break;
    case Answer::granted:
      if (decision.turn == 0) {
        supersede(transaction, wish);
        break;
      }
      put(transaction, wish, decision, TurnVerdict::taken, request.armed_for);
      if (decision.turn == 1) transaction.execute(queries::rollout_is_canary, {id});
      break;
    case Answer::wait:
      put(transaction, wish, decision, TurnVerdict::waiting, std::chrono::milliseconds(0));
      ZTIX_CHECK(park(transaction, job, route_server, wish, decision));
      break;
  }
  return decision;
}

Result<TurnDecision> PgRolloutStore::take_turn(const Job& job, const std::string& route_server,
                                               const TurnRequest& request) {
  for (int tries = 1;; ++tries) {
    auto decision = job_transaction(database_, job, [&](Transaction& transaction, const service::Actor&) {
      return decide_and_note(transaction, job, route_server, request);
    });
    if (decision || decision.error().reason != kRaced || tries == kRaceTries) return decision;
  }
}

// Who waits is asked again in the order of the canaries; each that may go takes its place in the state, so that no more
// are woken than have one.
int PgRolloutStore::wake(Transaction& transaction) {
  auto state = read_state(transaction);
  std::vector<std::int64_t> jobs;
  for (const auto row : transaction.execute(queries::rollout_waiting)) {
    const auto wish = wish_of(transaction, row.get<std::int64_t>("route_server"), row.get<Revision>("revision"),
                              row.get_enum(domain::kChangeClasses, "change_class"), row.get<int>("restarts"));
    const auto decision = domain::decide_turn(state, rules_, wish);
    if (decision.answer == Answer::wait) continue;
    jobs.push_back(row.get<std::int64_t>("job"));
    if (decision.answer == Answer::instead) continue;
    state.turns.push_back({wish.revision, wish.route_server, decision.turn, TurnVerdict::taken, state.now, {}, {}});
  }
  for (const auto row : transaction.execute(queries::rollout_without_turn))
    jobs.push_back(row.get<std::int64_t>("job"));
  if (jobs.empty()) return 0;
  return static_cast<int>(transaction.execute(queries::rollout_wake, {jobs}).size());
}

Status PgRolloutStore::end_turn(const Job& job, const std::string& route_server, TurnVerdict verdict,
                                std::optional<Revision> revision) {
  return job_transaction(database_, job, [&](Transaction& transaction, const service::Actor&) -> Status {
    transaction.execute(queries::rollout_lock);
    ZTIX_ASSIGN(const auto id, id_of(transaction, route_server));
    if (verdict == TurnVerdict::unreachable) transaction.execute(queries::rollout_lost, {id});
    transaction.execute(queries::rollout_end, {id, verdict, revision});
    if (verdict == TurnVerdict::undone) {
      transaction.execute(queries::rollout_quiet, {id, rules_.quiet_after_harm.count()});
    }
    if (verdict == TurnVerdict::confirmed) transaction.execute(queries::rollout_search_end, {revision});
    wake(transaction);
    return {};
  });
}

Result<int> PgRolloutStore::note_harm(const Job& job, const std::string& route_server, const std::string& harm) {
  return job_transaction(database_, job, [&](Transaction& transaction, const service::Actor&) -> Result<int> {
    transaction.execute(queries::rollout_lock);
    ZTIX_ASSIGN(const auto id, id_of(transaction, route_server));
    const auto row = transaction.execute(queries::rollout_harm, {id, harm}).at_most_one();
    // Without a turn (a route server that is not in service) every harm is the first.
    return row ? row->get<int>("harms") : 1;
  });
}

Result<service::TakenBack> PgRolloutStore::take_back(const Job& job, const std::string& route_server, Revision revision,
                                                     const std::string& cause) {
  auto taken = job_transaction(
      database_, job, [&](Transaction& transaction, const service::Actor& actor) -> Result<service::TakenBack> {
        ZTIX_ASSIGN(const auto id, id_of(transaction, route_server));
        return take_revision_back(transaction, actor, id, revision, cause);
      });
  if (!taken && taken.error().code == ErrorCode::conflict) return service::TakenBack::kept;
  return taken;
}

Status PgRolloutStore::refuse_templates(const Job& job, const std::string& route_server, Revision revision,
                                        const std::string& template_digest, const std::string& harm) {
  return job_transaction(database_, job, [&](Transaction& transaction, const service::Actor& actor) -> Status {
    const auto templates = changed_templates(template_digest);
    transaction.execute(queries::rollout_note_undone, {revision, templates.kind, templates.subject, templates.content,
                                                       "undone on " + route_server + ": " + harm});
    append_audit(transaction, actor, "templates.refused", "route_server", route_server,
                 {{"template_digest", template_digest}, {"harm", harm}});
    return {};
  });
}

Result<std::optional<std::string>> PgRolloutStore::template_refusal(const std::string& template_digest) {
  using Refusal = std::optional<std::string>;
  return database_.read([&](Session& session) -> Result<Refusal> {
    const auto templates = changed_templates(template_digest);
    const auto row =
        session.execute(queries::rollout_undone_because, {templates.kind, templates.subject, templates.content})
            .at_most_one();
    return row ? Refusal(row->get<std::string>("cause")) : std::nullopt;
  });
}

Result<int> PgRolloutStore::wake_waiting() {
  ZTIX_ASSIGN(const bool waits, database_.read([](Session& session) -> Result<bool> {
    return session.execute(queries::rollout_anybody_waits).one().get<bool>("waits");
  }));
  if (!waits) return 0;
  return database_.transaction([&](Transaction& transaction) -> Result<int> {
    transaction.execute(queries::rollout_lock);
    transaction.execute(queries::rollout_end_orphans);
    return wake(transaction);
  });
}

Status PgRolloutStore::permit(const service::RolloutPermission& permission, const service::Actor& actor) {
  if (permission.reason.empty()) {
    return fail(ErrorCode::invalid_argument, "Say why: this is kept in the audit log.").with_fact("field", "reason");
  }
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_ASSIGN(const auto id, id_of(transaction, permission.route_server));
    const auto newest = newest_revision(transaction);
    const auto give = [&](const char* kind, int restarts, std::optional<Revision> until) {
      transaction.execute(queries::rollout_permit, {id, kind, restarts, until, permission.reason, actor.name});
    };
    if (permission.last_one) {
      give("last_one", 0, permission.always ? std::nullopt : std::optional(newest));
      append_audit(
          transaction, actor, "rollout.last_one_allowed", "route_server", permission.route_server,
          {{"reason", permission.reason}, {"until_revision", permission.always ? "" : std::to_string(newest)}});
    }
    if (permission.restarts > 0) {
      give("restarts", permission.restarts, newest);
      append_audit(transaction, actor, "rollout.restarts_accepted", "route_server", permission.route_server,
                   {{"reason", permission.reason},
                    {"restarts", std::to_string(permission.restarts)},
                    {"until_revision", std::to_string(newest)}});
    }
    enqueue_apply(transaction, permission.route_server, newest, actor);
    return {};
  });
}

Status PgRolloutStore::retry(const std::string& route_server, const service::Actor& actor) {
  return database_.transaction([&](Transaction& transaction) -> Status {
    ZTIX_CHECK(id_of(transaction, route_server));
    const auto released = transaction.execute(queries::rollout_release_undone).size();
    append_audit(transaction, actor, "rollout.retried", "route_server", route_server,
                 {{"released", std::to_string(released)}});
    enqueue_apply(transaction, route_server, newest_revision(transaction), actor);
    return {};
  });
}

Result<std::vector<service::TurnView>> PgRolloutStore::turns(const std::optional<std::string>& route_server,
                                                             int limit) {
  return database_.read([&](Session& session) -> Result<std::vector<service::TurnView>> {
    std::vector<service::TurnView> views;
    for (const auto row : session.execute(queries::rollout_list, {route_server, limit})) {
      views.push_back({row.get<Revision>("revision"), row.get<std::string>("name"), row.get<int>("turn"),
                       row.get_enum(domain::kTurnVerdicts, "verdict"), row.get_enum(domain::kTurnWaits, "wait"),
                       row.get_enum(domain::kChangeClasses, "change_class"), row.get<int>("restarts"),
                       row.get<int>("harms"), row.get<std::string>("last_harm"), row.get<Timestamp>("taken_at"),
                       row.get<std::optional<Timestamp>>("ended_at")});
    }
    return views;
  });
}

}  // namespace ztix::store
