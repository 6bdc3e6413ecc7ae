#include "tests/support/fake_job_store.h"

#include <algorithm>

namespace ztix::test {
namespace {

using domain::JobState;
using service::Job;
using service::JobOutcome;
using std::chrono::milliseconds;
using Verdict = service::JobOutcome::Verdict;

Error away() { return fail(ErrorCode::unavailable, "The database cannot be reached."); }
Error taken_over() { return fail(ErrorCode::fenced, "Another worker has taken this job over."); }

milliseconds since_epoch(Timestamp at) { return std::chrono::duration_cast<milliseconds>(at.time_since_epoch()); }

}  // namespace

Timestamp FakeJobStore::as_time(milliseconds at) const { return Timestamp(at); }

milliseconds FakeJobStore::due_at(const Record& record) const { return since_epoch(record.view.run_at); }

bool FakeJobStore::has(const Key& key, JobState state) const {
  return std::any_of(records_.begin(), records_.end(),
                     [&](const auto& item) { return item.second.key() == key && item.second.view.state == state; });
}

FakeJobStore::Record* FakeJobStore::waiting(const Key& key) {
  for (auto& [id, record] : records_) {
    if (record.key() == key && record.view.state == JobState::ready) return &record;
  }
  return nullptr;
}

FakeJobStore::Record* FakeJobStore::held(const Job& job) {
  const auto found = records_.find(job.id);
  if (found == records_.end()) return nullptr;
  auto& record = found->second;
  return record.view.state == JobState::running && record.fence == job.fence ? &record : nullptr;
}

bool FakeJobStore::is_held(const Job& job) const {
  const std::lock_guard lock(mutex_);
  const auto found = records_.find(job.id);
  return found != records_.end() && found->second.view.state == JobState::running && found->second.fence == job.fence;
}

Result<std::int64_t> FakeJobStore::enqueue(const service::NewJob& job) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  const auto run_at = as_time(now_ + job.delay);
  if (auto* record = waiting({job.kind, job.subject})) {
    auto& view = record->view;
    if (job.want_revision > view.want_revision) view.attempt = 0;
    view.want_revision = std::max(view.want_revision, job.want_revision);
    view.priority = std::min(view.priority, job.priority);
    view.run_at = std::min(view.run_at, run_at);
    record->trace_id = job.trace_id;
    return view.id;
  }
  Record record;
  record.view.id = ++last_id_;
  record.view.kind = job.kind;
  record.view.subject = job.subject;
  record.view.want_revision = job.want_revision;
  record.view.priority = job.priority;
  record.view.run_at = run_at;
  record.view.created_at = as_time(now_);
  record.trace_id = job.trace_id;
  records_.emplace(last_id_, record);
  return last_id_;
}

bool FakeJobStore::is_free(const Record& record) const {
  if (record.view.state == JobState::running) return record.lease_until < now_;
  return record.view.state == JobState::ready && due_at(record) <= now_ && !has(record.key(), JobState::running);
}

std::int64_t FakeJobStore::target_fence(const Record& record) {
  constexpr std::string_view kPrefix = "route_server:";
  if (!record.view.subject.starts_with(kPrefix)) return 0;
  const auto found = target_fences_.find(record.view.subject.substr(kPrefix.size()));
  if (found == target_fences_.end()) return 0;
  if (record.view.kind == "rs.apply") ++found->second;
  return found->second;
}

std::optional<Job> FakeJobStore::take(Record& record, const std::string& worker, milliseconds lease) {
  auto& view = record.view;
  ++view.attempt;
  ++record.fence;
  if (view.state == JobState::running) {
    view.last_error = "The worker " + view.worker + " was lost at step \"" + view.last_step + "\".";
    if (++view.crash_count >= kCrashesUntilDead) {
      end(record, JobState::dead, view.last_error);
      return std::nullopt;
    }
  }
  view.state = JobState::running;
  view.worker = worker;
  record.lease_until = now_ + lease;
  return Job{view.id,          view.kind,    view.subject,         view.want_revision, view.priority,  view.attempt,
             view.crash_count, record.fence, target_fence(record), view.last_step,     record.trace_id};
}

Result<std::vector<Job>> FakeJobStore::claim(const std::string& worker, milliseconds lease, int count,
                                             int worst_priority) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  std::vector<Record*> free;
  for (auto& [id, record] : records_) {
    if (is_free(record) && record.view.priority <= worst_priority) free.push_back(&record);
  }
  const auto since = [&](const Record* record) {
    return record->view.state == JobState::running ? record->lease_until : due_at(*record);
  };
  std::sort(free.begin(), free.end(), [&](const Record* a, const Record* b) {
    return std::tuple(a->view.priority, since(a), a->view.id) < std::tuple(b->view.priority, since(b), b->view.id);
  });
  if (std::cmp_greater(free.size(), count)) free.resize(static_cast<std::size_t>(count));
  std::vector<Job> jobs;
  for (auto* record : free) {
    if (auto job = take(*record, worker, lease)) jobs.push_back(std::move(*job));
  }
  return jobs;
}

Result<std::optional<Job>> FakeJobStore::claim_one(const std::string& worker, milliseconds lease, std::int64_t job_id) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  const auto found = records_.find(job_id);
  if (found == records_.end() || found->second.view.state != JobState::ready || !is_free(found->second)) {
    return std::optional<Job>();
  }
  return take(found->second, worker, lease);
}

Result<std::vector<std::int64_t>> FakeJobStore::heartbeat(const std::string& worker, milliseconds lease,
                                                          const std::vector<Job>& jobs) {
  const std::lock_guard lock(mutex_);
  if (!available_ || heartbeats_refused_) return away();
  std::vector<std::int64_t> ours;
  for (const auto& job : jobs) {
    auto* record = held(job);
    if (record == nullptr || record->view.worker != worker) continue;
    record->lease_until = now_ + lease;
    ours.push_back(job.id);
  }
  return ours;
}

Status FakeJobStore::step(const Job& job, const std::string& step) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  auto* record = held(job);
  if (record == nullptr) return taken_over();
  record->view.last_step = step;
  if (record->steps_reached.insert(step).second) record->view.crash_count = 0;
  return {};
}

void FakeJobStore::end(Record& record, JobState state, const std::string& error) {
  record.view.state = state;
  record.view.last_error = error;
  record.finished_at = now_;
}

Status FakeJobStore::put_back(Record& record, const JobOutcome& outcome) {
  const bool released = outcome.verdict == Verdict::released;
  auto& view = record.view;
  const int attempts_used = view.attempt;
  if (outcome.verdict != Verdict::retry) --view.attempt;
  if (!released) {
    view.crash_count = 0;
    record.steps_reached.clear();
  }
  if (auto* newer = waiting(record.key())) {
    newer->view.want_revision = std::max(newer->view.want_revision, view.want_revision);
    newer->view.priority = std::min(newer->view.priority, view.priority);
    end(record, JobState::done, outcome.error);
    return {};
  }
  if (outcome.verdict == Verdict::retry && attempts_used >= kMaxAttempts) {
    end(record, JobState::dead, outcome.error);
    return {};
  }
  view.state = JobState::ready;
  view.run_at = as_time(now_ + (released ? milliseconds(0) : outcome.delay));
  view.last_error = outcome.error;
  return {};
}

Status FakeJobStore::finish(const Job& job, const JobOutcome& outcome) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  if (outcome.verdict == Verdict::fenced || outcome.verdict == Verdict::parked) return {};
  auto* record = held(job);
  if (record == nullptr) return taken_over();
  if (outcome.verdict == Verdict::done || outcome.verdict == Verdict::discard) {
    end(*record, outcome.verdict == Verdict::done ? JobState::done : JobState::dead, outcome.error);
    return {};
  }
  return put_back(*record, outcome);
}

Result<std::vector<std::int64_t>> FakeJobStore::finish_many(const std::vector<Job>& jobs) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  std::vector<std::int64_t> ours;
  for (const auto& job : jobs) {
    auto* record = held(job);
    if (record == nullptr) continue;
    end(*record, JobState::done, "");
    ours.push_back(job.id);
  }
  return ours;
}

Result<std::optional<milliseconds>> FakeJobStore::next_due() {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  std::optional<milliseconds> wait;
  for (const auto& [id, record] : records_) {
    if (record.view.state != JobState::ready || has(record.key(), JobState::running)) continue;
    if (record.view.run_at == Timestamp::max()) continue;
    const auto left = std::max(milliseconds(0), due_at(record) - now_);
    wait = wait ? std::min(*wait, left) : left;
  }
  return wait;
}

Result<int> FakeJobStore::make_due(const std::string& subject) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  int count = 0;
  for (auto& [id, record] : records_) {
    if (record.view.state != JobState::ready || record.view.subject != subject || due_at(record) <= now_) continue;
    record.view.run_at = as_time(now_);
    ++count;
  }
  return count;
}

Result<std::vector<service::JobView>> FakeJobStore::jobs(std::optional<JobState> state, int limit) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  std::vector<service::JobView> views;
  for (auto item = records_.rbegin(); item != records_.rend() && std::cmp_less(views.size(), limit); ++item) {
    if (!state || item->second.view.state == *state) views.push_back(item->second.view);
  }
  return views;
}

void FakeJobStore::make_ready(Record& record) {
  record.view.state = JobState::ready;
  record.view.attempt = 0;
  record.view.crash_count = 0;
  record.view.run_at = as_time(now_);
  record.steps_reached.clear();
}

Status FakeJobStore::retry(std::int64_t job_id, const service::Actor& /*actor*/) {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  const auto found = records_.find(job_id);
  if (found == records_.end()) return fail(ErrorCode::not_found, "No such job.");
  auto& record = found->second;
  if (record.view.state != JobState::dead) {
    return fail(ErrorCode::refused_transition, "Only a dead job can be retried.");
  }
  if (auto* other = waiting(record.key())) {
    other->view.run_at = std::min(other->view.run_at, as_time(now_));
    record.view.state = JobState::cancelled;
    return {};
  }
  make_ready(record);
  return {};
}

bool FakeJobStore::is_superseded(const Record& record) const {
  return std::any_of(records_.begin(), records_.end(), [&](const auto& item) {
    const auto& [id, other] = item;
    if (id == record.view.id || other.key() != record.key()) return false;
    const auto state = other.view.state;
    if (state == JobState::ready || state == JobState::running) return true;
    return id > record.view.id && (state == JobState::done || state == JobState::dead);
  });
}

Result<int> FakeJobStore::revive_dead() {
  const std::lock_guard lock(mutex_);
  if (!available_) return away();
  int count = 0;
  for (auto& [id, record] : records_) {
    if (record.view.state != JobState::dead || record.view.kind.starts_with("mail.")) continue;
    const milliseconds first(record.view.crash_count >= kCrashesUntilDead ? 5'000 : 60'000);
    const milliseconds doubled = first * (1 << std::min(record.revive_count, 10));
    const auto back_off = std::min(milliseconds(3'600'000), doubled);
    if (record.finished_at + back_off > now_) continue;
    if (is_superseded(record)) {
      record.view.state = JobState::cancelled;
      continue;
    }
    make_ready(record);
    ++record.revive_count;
    ++count;
  }
  return count;
}

void FakeJobStore::advance(milliseconds duration) {
  const std::lock_guard lock(mutex_);
  now_ += duration;
}

void FakeJobStore::set_target_fence(const std::string& route_server, std::int64_t fence) {
  const std::lock_guard lock(mutex_);
  target_fences_[route_server] = fence;
}

std::int64_t FakeJobStore::raise_target_fence(const std::string& route_server, std::int64_t host_fence) {
  const std::lock_guard lock(mutex_);
  auto& fence = target_fences_[route_server];
  fence = std::max(fence, host_fence) + 1;
  return fence;
}

std::int64_t FakeJobStore::current_target_fence(const std::string& route_server) const {
  const std::lock_guard lock(mutex_);
  const auto found = target_fences_.find(route_server);
  return found == target_fences_.end() ? 0 : found->second;
}

void FakeJobStore::steal(const Job& job) {
  const std::lock_guard lock(mutex_);
  ++records_.at(job.id).fence;
}

void FakeJobStore::refuse_heartbeats(bool refuse) {
  const std::lock_guard lock(mutex_);
  heartbeats_refused_ = refuse;
}

void FakeJobStore::set_available(bool available) {
  const std::lock_guard lock(mutex_);
  available_ = available;
}

bool FakeJobStore::park(const Job& job, const std::string& why) {
  const std::lock_guard lock(mutex_);
  auto* record = held(job);
  if (record == nullptr) return false;
  const bool merged = waiting(record->key()) != nullptr;
  if (!put_back(*record, {Verdict::snooze, milliseconds(0), why})) return false;
  if (!merged) record->view.run_at = Timestamp::max();
  return true;
}

std::map<std::int64_t, std::string> FakeJobStore::parked(const std::string& kind) const {
  const std::lock_guard lock(mutex_);
  std::map<std::int64_t, std::string> found;
  for (const auto& [id, record] : records_) {
    const bool waits = record.view.state == JobState::ready && record.view.run_at == Timestamp::max();
    if (waits && record.view.kind == kind) found.emplace(id, record.view.subject);
  }
  return found;
}

void FakeJobStore::wake(std::int64_t job_id) {
  const std::lock_guard lock(mutex_);
  records_.at(job_id).view.run_at = as_time(now_);
}

bool FakeJobStore::is_at_work(const std::string& kind, const std::string& subject, bool any) const {
  const std::lock_guard lock(mutex_);
  return std::any_of(records_.begin(), records_.end(), [&](const auto& item) {
    const auto& view = item.second.view;
    if (view.kind != kind || view.subject != subject) return false;
    const bool due = any || view.run_at == Timestamp::max() || view.run_at <= as_time(now_);
    return view.state == JobState::running || (view.state == JobState::ready && due);
  });
}

}  // namespace ztix::test
