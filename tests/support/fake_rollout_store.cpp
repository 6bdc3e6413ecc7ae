#include "tests/support/fake_rollout_store.h"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace ztix::test {
namespace {

using domain::Revision;
using domain::TurnDecision;
using domain::TurnVerdict;
using service::Job;
using service::TakenBack;
using Answer = TurnDecision::Answer;

constexpr const char* kApply = "rs.apply";

std::string subject_of(const std::string& route_server) { return "route_server:" + route_server; }

}  // namespace

Revision FakeRolloutStore::proven() const {
  Revision highest = 0;
  for (const auto& each : turns_) {
    const auto* manifest = delivery_.manifest(each.view.revision);
    const bool usable = manifest != nullptr && manifest->quarantine_cause.empty();
    if (each.view.verdict == TurnVerdict::confirmed && usable) highest = std::max(highest, each.view.revision);
  }
  return highest;
}

domain::RolloutState FakeRolloutStore::state() {
  domain::RolloutState state;
  state.now = delivery_.exchange.now;
  state.proven = proven();
  state.is_searching = delivery_.search.has_value();
  for (const auto& each : delivery_.route_servers) {
    if (each.config.state == domain::RouteServerState::removed) continue;
    const auto& name = each.endpoint.name;
    domain::RolloutServer server;
    server.id = each.id;
    server.name = name;
    server.state = each.config.state;
    server.is_reachable = !unreachable_.contains(name);
    server.confirmed = each.confirmed_revision;
    server.wanted = each.wanted_revision;
    server.seen_up_at = each.last_probe_at;
    if (const auto found = last_canary_.find(name); found != last_canary_.end()) server.last_canary_at = found->second;
    const auto* open = open_turn(name);
    const bool for_person = open != nullptr && (open->view.wait == domain::TurnWait::last_one ||
                                                open->view.wait == domain::TurnWait::awaiting_acceptance);
    server.is_at_work = !for_person && delivery_.jobs.is_at_work(kApply, subject_of(name), false);
    state.servers.push_back(server);
  }
  for (const auto& each : turns_) {
    const auto* manifest = delivery_.manifest(each.view.revision);
    const bool matters = manifest == nullptr || manifest->quarantine_cause.empty();
    if (!matters && !each.is_open() && !each.armed_until) continue;
    const auto* server = delivery_.find_route_server(each.view.route_server);
    state.turns.push_back({each.view.revision, server->id, each.view.turn, each.view.verdict, each.view.taken_at,
                           each.view.ended_at, each.armed_until});
  }
  return state;
}

domain::TurnWish FakeRolloutStore::wish(const std::string& route_server, Revision revision, domain::ChangeClass change,
                                        int restarts) {
  domain::TurnWish wish{delivery_.find_route_server(route_server)->id, revision, change, restarts, false, 0};
  const auto enabled =
      std::count_if(delivery_.route_servers.begin(), delivery_.route_servers.end(),
                    [](const auto& each) { return each.config.state == domain::RouteServerState::enabled; });
  for (const auto& each : permissions_) {
    if (each.what.route_server != route_server) continue;
    const bool holds = each.what.always ? enabled == 1 : each.until >= revision;
    wish.may_be_last_one = wish.may_be_last_one || (each.what.last_one && holds);
    if (each.until >= revision) wish.accepted_restarts = std::max(wish.accepted_restarts, each.what.restarts);
  }
  return wish;
}

FakeRolloutStore::Turn* FakeRolloutStore::open_turn(const std::string& route_server) {
  const auto found = std::find_if(turns_.begin(), turns_.end(), [&](const auto& each) {
    return each.view.route_server == route_server && each.is_open();
  });
  return found == turns_.end() ? nullptr : &*found;
}

FakeRolloutStore::Turn& FakeRolloutStore::turn(const std::string& route_server, Revision revision) {
  for (auto& each : turns_) {
    if (each.view.route_server == route_server && each.view.revision == revision) return each;
  }
  Turn made;
  made.view.revision = revision;
  made.view.route_server = route_server;
  turns_.push_back(made);
  return turns_.back();
}

std::pair<int, std::string> FakeRolloutStore::supersede(const std::string& route_server, Revision revision) {
  auto* open = open_turn(route_server);
  if (open == nullptr || open->view.revision == revision) return {0, ""};
  const auto* server = delivery_.find_route_server(route_server);
  const bool good = open->view.verdict == TurnVerdict::taken && server->confirmed_revision == open->view.revision;
  open->view.verdict = good ? TurnVerdict::confirmed : TurnVerdict::superseded;
  open->view.ended_at = delivery_.exchange.now;
  open->armed_until.reset();
  return good ? std::pair(0, std::string()) : std::pair(open->view.harms, open->view.last_harm);
}

Result<TurnDecision> FakeRolloutStore::take_turn(const Job& job, const std::string& route_server,
                                                 const service::TurnRequest& request) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  if (delivery_.find_route_server(route_server) == nullptr) return fail(ErrorCode::not_found, "No such route server.");
  const auto wanted = wish(route_server, request.revision, request.change, request.restarts);
  const auto decision = domain::decide_turn(state(), rules_, wanted);
  if (decision.answer == Answer::instead) return decision;
  const auto [harms, last_harm] = supersede(route_server, request.revision);
  if (decision.answer == Answer::granted && decision.turn == 0) return decision;
  auto& mine = turn(route_server, request.revision);
  const bool granted = decision.answer == Answer::granted;
  mine.view.turn = decision.turn;
  mine.view.verdict = granted ? TurnVerdict::taken : TurnVerdict::waiting;
  mine.view.wait = decision.wait;
  mine.view.change = request.change;
  mine.view.restarts = request.restarts;
  if (harms > mine.view.harms) {
    mine.view.harms = harms;
    mine.view.last_harm = last_harm;
  }
  mine.view.taken_at = delivery_.exchange.now;
  mine.view.ended_at.reset();
  mine.armed_until = granted ? std::optional(delivery_.exchange.now + request.armed_for) : std::nullopt;
  if (granted && decision.turn == 1) last_canary_.insert_or_assign(route_server, delivery_.exchange.now);
  if (!granted) delivery_.jobs.park(job, domain::describe_wait(decision, wanted));
  return decision;
}

int FakeRolloutStore::wake() {
  auto now = state();
  int woken = 0;
  for (const auto& [id, subject] : delivery_.jobs.parked(kApply)) {
    const auto name = subject.substr(subject.find(':') + 1);
    const auto* open = open_turn(name);
    if (open != nullptr && open->view.verdict == TurnVerdict::waiting) {
      const auto wanted = wish(name, open->view.revision, open->view.change, open->view.restarts);
      const auto decision = domain::decide_turn(now, rules_, wanted);
      if (decision.answer == Answer::wait) continue;
      if (decision.answer == Answer::granted) {
        now.turns.push_back({wanted.revision, wanted.route_server, decision.turn, TurnVerdict::taken, now.now, {}, {}});
      }
    }
    delivery_.jobs.wake(id);
    ++woken;
  }
  return woken;
}

Status FakeRolloutStore::end_turn(const Job& job, const std::string& route_server, TurnVerdict verdict,
                                  std::optional<Revision> revision) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  if (verdict == TurnVerdict::unreachable) unreachable_.insert(route_server);
  if (auto* open = open_turn(route_server)) {
    const bool other = open->view.verdict == TurnVerdict::waiting || (revision && *revision != open->view.revision);
    const bool may_be_armed = open->view.verdict == TurnVerdict::taken &&
                              (verdict == TurnVerdict::unreachable || verdict == TurnVerdict::abandoned);
    if (!may_be_armed) open->armed_until.reset();
    open->view.verdict = other ? TurnVerdict::superseded : verdict;
    open->view.ended_at = delivery_.exchange.now;
  }
  if (verdict == TurnVerdict::confirmed && delivery_.search && delivery_.search->second <= revision.value_or(0)) {
    delivery_.search.reset();
  }
  delivery_.proven = proven();
  wake();
  return {};
}

Result<int> FakeRolloutStore::note_harm(const Job& job, const std::string& route_server, const std::string& harm) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  auto* open = open_turn(route_server);
  if (open == nullptr || open->view.verdict != TurnVerdict::taken) return 1;
  open->view.last_harm = harm;
  return ++open->view.harms;
}

FakeRolloutStore::Changes FakeRolloutStore::changes(Revision base, Revision revision) const {
  const auto* before = delivery_.manifest(base);
  const auto* after = delivery_.manifest(revision);
  Changes changes;
  for (const auto& [id, membership] : after->memberships) {
    const auto old = before->memberships.find(id);
    const bool same = old != before->memberships.end() && old->second == membership;
    const bool suspends = old != before->memberships.end() && membership.suspended && !old->second.suspended;
    if (same || suspends) continue;
    Revision brought_by = revision;
    for (auto item = delivery_.manifests.rbegin(); item != delivery_.manifests.rend(); ++item) {
      if (item->revision > revision) continue;
      const auto there = item->memberships.find(id);
      if (item->revision <= base || there == item->memberships.end() || there->second != membership) break;
      brought_by = item->revision;
    }
    changes[brought_by].push_back(id);
  }
  return changes;
}

void FakeRolloutStore::publish_steps(const Changes& changes, Revision base, const service::Actor& actor) {
  const auto full = delivery_.newest();
  auto draft = delivery_.draft();
  for (auto change = std::next(changes.begin()); change != changes.end(); ++change) {
    for (const auto id : change->second) {
      const auto& before = delivery_.manifest(base)->memberships;
      draft.memberships.erase(id);
      if (const auto old = before.find(id); old != before.end()) draft.memberships.insert(*old);
    }
  }
  const auto first = delivery_.publish(draft, actor);
  auto last = first;
  for (auto change = std::next(changes.begin()); change != changes.end(); ++change) {
    draft = delivery_.draft();
    for (const auto id : change->second) draft.memberships.insert_or_assign(id, full.memberships.at(id));
    last = delivery_.publish(draft, actor);
  }
  delivery_.search = std::pair(first, last);
}

Result<TakenBack> FakeRolloutStore::take_back(const Job& job, const std::string& route_server, Revision revision,
                                              const std::string& cause) {
  Changes brought;
  Revision base = 0;
  const bool was_searching = delivery_.search.has_value();
  {
    const std::lock_guard lock(delivery_.exchange.mutex);
    ZTIX_CHECK(delivery_.check_held(job));
    base = std::max(delivery_.find_route_server(route_server)->confirmed_revision, proven());
    if (base == 0 || base >= revision) return TakenBack::kept;
    brought = changes(base, revision);
    if (brought.empty()) return TakenBack::kept;
    for (auto& manifest : delivery_.manifests) {
      if (manifest.revision != revision) continue;
      if (!manifest.quarantine_cause.empty()) return TakenBack::already;
      manifest.quarantine_cause = cause;
    }
    delivery_.exchange.audit(worker_of(job), "revision.quarantined", "revision", std::to_string(revision));
  }
  if (brought.size() == 1) {
    for (const auto id : brought.begin()->second) {
      ZTIX_CHECK(
          apply_.hold_membership(job, {id, delivery_.manifest(revision)->memberships.at(id).version, "", 0, cause}));
    }
    if (!was_searching) return TakenBack::undone;
  }
  const std::lock_guard lock(delivery_.exchange.mutex);
  delivery_.search.reset();
  const auto rest = changes(base, delivery_.newest().revision);
  if (rest.size() > 1) publish_steps(rest, base, worker_of(job));
  return brought.size() == 1 ? TakenBack::undone : TakenBack::split;
}

Status FakeRolloutStore::refuse_templates(const Job& job, const std::string& route_server, Revision /*revision*/,
                                          const std::string& template_digest, const std::string& harm) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  ZTIX_CHECK(delivery_.check_held(job));
  refused_templates_.emplace(template_digest, "undone on " + route_server + ": " + harm);
  delivery_.exchange.audit(worker_of(job), "templates.refused", "route_server", route_server);
  return {};
}

Result<std::optional<std::string>> FakeRolloutStore::template_refusal(const std::string& template_digest) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto found = refused_templates_.find(template_digest);
  return found == refused_templates_.end() ? std::nullopt : std::optional(found->second);
}

Result<int> FakeRolloutStore::wake_waiting() {
  const std::lock_guard lock(delivery_.exchange.mutex);
  for (auto& each : turns_) {
    if (!each.is_open() || delivery_.jobs.is_at_work(kApply, subject_of(each.view.route_server), true)) continue;
    const auto* server = delivery_.find_route_server(each.view.route_server);
    const bool good = server->confirmed_revision == each.view.revision;
    each.view.verdict = good ? TurnVerdict::confirmed : TurnVerdict::abandoned;
    each.view.ended_at = delivery_.exchange.now;
    if (good) each.armed_until.reset();
  }
  return wake();
}

Status FakeRolloutStore::permit(const service::RolloutPermission& permission, const service::Actor& actor) {
  if (permission.reason.empty()) {
    return fail(ErrorCode::invalid_argument, "Say why: this is kept in the audit log.").with_fact("field", "reason");
  }
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto* server = delivery_.find_route_server(permission.route_server);
  if (server == nullptr) return fail(ErrorCode::not_found, "There is no such route server.");
  permissions_.push_back({permission, delivery_.newest().revision});
  const auto audit = [&](const char* action) {
    delivery_.exchange.audit(actor, action, "route_server", permission.route_server);
  };
  if (permission.last_one) audit("rollout.last_one_allowed");
  if (permission.restarts > 0) audit("rollout.restarts_accepted");
  delivery_.enqueue_apply(*server, delivery_.newest().revision, actor);
  return {};
}

Status FakeRolloutStore::retry(const std::string& route_server, const service::Actor& actor) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  const auto* server = delivery_.find_route_server(route_server);
  if (server == nullptr) return fail(ErrorCode::not_found, "There is no such route server.");
  refused_templates_.clear();
  delivery_.exchange.audit(actor, "rollout.retried", "route_server", route_server);
  delivery_.enqueue_apply(*server, delivery_.newest().revision, actor);
  return {};
}

Result<std::vector<service::TurnView>> FakeRolloutStore::turns(const std::optional<std::string>& route_server,
                                                               int limit) {
  const std::lock_guard lock(delivery_.exchange.mutex);
  std::vector<service::TurnView> views;
  for (const auto& each : turns_) {
    if (!route_server || *route_server == each.view.route_server) views.push_back(each.view);
  }
  std::sort(views.begin(), views.end(), [](const auto& a, const auto& b) {
    return std::tuple(-a.revision, a.turn, a.route_server) < std::tuple(-b.revision, b.turn, b.route_server);
  });
  if (views.size() > static_cast<std::size_t>(limit)) views.resize(static_cast<std::size_t>(limit));
  return views;
}

}  // namespace ztix::test
