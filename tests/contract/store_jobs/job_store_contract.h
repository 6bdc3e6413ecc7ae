#pragma once

/// @file tests/contract/store_jobs/job_store_contract.h
/// What every JobStore does. `World` makes one: `jobs()`, `let_pass(duration)` moves its clock, and
/// `add_route_server(name, fence)` makes a target.

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/ports/job_store.h"

namespace ztix::test {

using namespace std::chrono_literals;
using service::Job;
using service::JobOutcome;
using service::JobStore;
using service::NewJob;
using JobVerdict = service::JobOutcome::Verdict;

inline constexpr std::chrono::milliseconds kLease{15'000};

inline NewJob new_job(const std::string& subject, const std::string& kind = "member.provision") {
  return {.kind = kind, .subject = subject, .want_revision = 0, .priority = 1, .delay = 0ms, .trace_id = "t-1"};
}

inline Job claim_only(JobStore& jobs, const std::string& worker = "w1") {
  const auto claimed = jobs.claim(worker, kLease, 10);
  REQUIRE(claimed);
  REQUIRE(claimed->size() == 1);
  return claimed->front();
}

/// By value: a range-for over `claim(…).value()` would outlive its Result.
inline std::vector<Job> claim_all(JobStore& jobs, const std::string& worker, int count) {
  return jobs.claim(worker, kLease, count).value();
}

inline std::size_t claimable(JobStore& jobs) { return jobs.claim("counter", kLease, 100).value().size(); }

inline service::JobView view_of(JobStore& jobs, std::int64_t id) {
  const auto views = jobs.jobs(std::nullopt, 100);
  for (const auto& view : *views) {
    if (view.id == id) return view;
  }
  FAIL("no job " << id);
  return {};
}

inline JobOutcome outcome(JobVerdict verdict, std::chrono::milliseconds delay = 0ms, std::string error = "") {
  return {verdict, delay, std::move(error)};
}

TEST_CASE_TEMPLATE_DEFINE("JobStore hands out a due job once, with its subject, trace and fence", World,
                          job_claim_once) {
  World world;
  auto& jobs = world.jobs();
  auto wanted = new_job("membership:1");
  wanted.want_revision = 7;
  const auto id = jobs.enqueue(wanted);
  REQUIRE(id);
  const auto job = claim_only(jobs);
  CHECK(job.id == *id);
  CHECK(job.kind == "member.provision");
  CHECK(job.subject == "membership:1");
  CHECK(job.want_revision == 7);
  CHECK(job.attempt == 1);
  CHECK(job.fence > 0);
  CHECK(job.target_fence == 0);
  CHECK(job.trace_id == "t-1");
  CHECK(claimable(jobs) == 0);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore coalesces waiting jobs of one subject and kind", World, job_coalesce) {
  World world;
  auto& jobs = world.jobs();
  auto later = new_job("membership:1");
  later.want_revision = 3;
  later.priority = 2;
  later.delay = 60s;
  auto sooner = new_job("membership:1");
  sooner.want_revision = 2;
  sooner.priority = 0;
  const auto first = jobs.enqueue(later);
  CHECK(*jobs.enqueue(sooner) == *first);
  CHECK(*jobs.enqueue(new_job("membership:1", "member.revoke")) != *first);
  const auto claimed = jobs.claim("w1", kLease, 10);
  REQUIRE(claimed->size() == 2);
  CHECK(claimed->front().id == *first);
  CHECK(claimed->front().want_revision == 3);
  CHECK(claimed->front().priority == 0);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore gives the best priority first and no more than asked for", World, job_priority) {
  World world;
  auto& jobs = world.jobs();
  for (const int priority : {2, 1, 0}) {
    auto wanted = new_job("membership:" + std::to_string(priority));
    wanted.priority = priority;
    REQUIRE(jobs.enqueue(wanted));
  }
  const auto claimed = jobs.claim("w1", kLease, 2);
  REQUIRE(claimed->size() == 2);
  CHECK((*claimed)[0].priority == 0);
  CHECK((*claimed)[1].priority == 1);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore leaves a waiting job alone while its subject is worked on", World, job_one_runs) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  const auto running = claim_only(jobs);
  const auto next = jobs.enqueue(new_job("membership:1"));
  const auto other = jobs.enqueue(new_job("membership:2"));
  CHECK(*next != running.id);
  CHECK(claim_only(jobs).id == *other);
  CHECK_FALSE(jobs.claim_one("w1", kLease, *next).value());
  CHECK_FALSE(jobs.next_due().value());
  REQUIRE(jobs.finish(running, outcome(JobVerdict::done)));
  CHECK(jobs.next_due().value() == 0ms);
  CHECK(claim_only(jobs).id == *next);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore answers a hint only for a job that is due and free", World, job_claim_one) {
  World world;
  auto& jobs = world.jobs();
  auto later = new_job("membership:1");
  later.delay = 60s;
  const auto id = jobs.enqueue(later);
  CHECK_FALSE(jobs.claim_one("w1", kLease, *id).value());
  CHECK_FALSE(jobs.claim_one("w1", kLease, *id + 1000).value());
  world.let_pass(60s);
  const auto job = jobs.claim_one("w1", kLease, *id);
  REQUIRE(job.value());
  CHECK((*job)->fence > 0);
  CHECK_FALSE(jobs.claim_one("w2", kLease, *id).value());
}

TEST_CASE_TEMPLATE_DEFINE("JobStore gives a job whose lease ran out to another worker and fences the first", World,
                          job_fenced) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  const auto stale = claim_only(jobs, "w1");
  world.let_pass(kLease + 1s);
  const auto rescued = claim_only(jobs, "w2");
  CHECK(rescued.id == stale.id);
  CHECK(rescued.fence > stale.fence);
  CHECK(rescued.crash_count == 1);
  CHECK(jobs.step(stale, "authorize").error().code == ErrorCode::fenced);
  CHECK(jobs.finish(stale, outcome(JobVerdict::done)).error().code == ErrorCode::fenced);
  CHECK(jobs.finish(stale, outcome(JobVerdict::retry)).error().code == ErrorCode::fenced);
  CHECK(jobs.finish_many({stale}).value().empty());
  CHECK(jobs.heartbeat("w1", kLease, {stale}).value().empty());
  CHECK(view_of(jobs, stale.id).state == domain::JobState::running);
  CHECK(view_of(jobs, stale.id).last_error.find("w1") != std::string::npos);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore keeps a job whose lease is renewed", World, job_heartbeat) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  REQUIRE(jobs.enqueue(new_job("membership:2")));
  const auto mine = jobs.claim("w1", kLease, 2).value();
  world.let_pass(10s);
  CHECK(jobs.heartbeat("w1", kLease, mine).value().size() == 2);
  CHECK(jobs.heartbeat("w2", kLease, mine).value().empty());
  world.let_pass(10s);
  CHECK(claimable(jobs) == 0);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore takes a job for poison after three crashes without progress", World, job_poison) {
  World world;
  auto& jobs = world.jobs();
  const auto id = jobs.enqueue(new_job("membership:1"));
  REQUIRE(jobs.enqueue(new_job("membership:2")));
  for (int crash = 0; crash < 3; ++crash) {
    for (const auto& job : claim_all(jobs, "w1", 10)) {
      if (job.id != *id) {
        REQUIRE(jobs.finish(job, outcome(JobVerdict::done)));
        continue;
      }
      REQUIRE(jobs.step(job, "A1 probe"));
      REQUIRE(jobs.step(job, "A4 put"));
    }
    world.let_pass(kLease + 1s);
  }
  CHECK(claimable(jobs) == 0);
  const auto view = view_of(jobs, *id);
  CHECK(view.state == domain::JobState::dead);
  CHECK(view.last_error.find("A4 put") != std::string::npos);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore forgives the crashes of a job that got further than before", World, job_progress) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  for (int crash = 0; crash < 5; ++crash) {
    const auto job = claim_only(jobs);
    CHECK(job.crash_count == (crash == 0 ? 0 : 1));
    REQUIRE(jobs.step(job, "first"));
    REQUIRE(jobs.step(job, "step " + std::to_string(crash)));
    world.let_pass(kLease + 1s);
  }
}

TEST_CASE_TEMPLATE_DEFINE("JobStore raises a route server's fence with each claim of its apply only", World,
                          job_target) {
  World world;
  auto& jobs = world.jobs();
  world.add_route_server("rs1", 41);
  REQUIRE(jobs.enqueue(new_job("route_server:rs1", "rs.apply")));
  const auto apply = claim_only(jobs);
  CHECK(apply.target_fence == 42);
  REQUIRE(jobs.enqueue(new_job("route_server:rs1", "rs.probe")));
  CHECK(claim_only(jobs).target_fence == 42);
  world.let_pass(kLease + 1s);
  for (const auto& job : claim_all(jobs, "w2", 10)) CHECK(job.target_fence == 43);
  const auto hinted = jobs.enqueue(new_job("route_server:rs1", "rs.apply"));
  REQUIRE(hinted);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore runs a snoozed job again without counting the attempt", World, job_snooze) {
  World world;
  auto& jobs = world.jobs();
  const auto id = jobs.enqueue(new_job("membership:1"));
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::snooze, 10s, "unreachable")));
  CHECK(claimable(jobs) == 0);
  const auto wait = jobs.next_due().value();
  REQUIRE(wait);
  CHECK(*wait > 9s);
  CHECK(*wait <= 10s);
  CHECK(view_of(jobs, *id).last_error == "unreachable");
  world.let_pass(10s);
  CHECK(claim_only(jobs).attempt == 1);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore gives up retrying when the attempts are used up", World, job_attempts) {
  World world;
  auto& jobs = world.jobs();
  const auto id = jobs.enqueue(new_job("membership:1"));
  for (int attempt = 1; attempt <= 20; ++attempt) {
    const auto job = claim_only(jobs);
    CHECK(job.attempt == attempt);
    REQUIRE(jobs.finish(job, outcome(JobVerdict::retry, 0ms, "no luck")));
  }
  CHECK(claimable(jobs) == 0);
  CHECK(view_of(jobs, *id).state == domain::JobState::dead);
  CHECK(view_of(jobs, *id).last_error == "no luck");
}

TEST_CASE_TEMPLATE_DEFINE("JobStore gives a released job back at once, attempt included", World, job_released) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::released, 60s)));
  CHECK(claim_only(jobs).attempt == 1);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore writes nothing for a fenced run", World, job_fenced_verdict) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  const auto job = claim_only(jobs);
  REQUIRE(jobs.finish(job, outcome(JobVerdict::fenced, 0ms, "not mine")));
  CHECK(view_of(jobs, job.id).state == domain::JobState::running);
  CHECK(view_of(jobs, job.id).last_error.empty());
}

TEST_CASE_TEMPLATE_DEFINE("JobStore merges a run that is put back into the newer waiting job", World, job_merge) {
  World world;
  auto& jobs = world.jobs();
  auto urgent = new_job("membership:1");
  urgent.priority = 0;
  urgent.want_revision = 9;
  REQUIRE(jobs.enqueue(urgent));
  const auto old = claim_only(jobs);
  const auto newer = jobs.enqueue(new_job("membership:1"));
  REQUIRE(jobs.finish(old, outcome(JobVerdict::retry, 60s, "later")));
  CHECK(view_of(jobs, old.id).state == domain::JobState::done);
  const auto next = claim_only(jobs);
  CHECK(next.id == *newer);
  CHECK(next.want_revision == 9);
  CHECK(next.priority == 0);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore finishes many at once", World, job_finish_many) {
  World world;
  auto& jobs = world.jobs();
  for (int i = 0; i < 50; ++i) REQUIRE(jobs.enqueue(new_job("membership:" + std::to_string(i))));
  const auto mine = jobs.claim("w1", kLease, 50).value();
  REQUIRE(mine.size() == 50);
  CHECK(jobs.finish_many(mine).value().size() == 50);
  CHECK(jobs.finish_many(mine).value().empty());
  CHECK(jobs.jobs(domain::JobState::done, 200).value().size() == 50);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore makes what waits for a target due when the target answers", World, job_make_due) {
  World world;
  auto& jobs = world.jobs();
  for (const auto* kind : {"rs.apply", "rs.probe"}) {
    auto later = new_job("route_server:rs1", kind);
    later.delay = 60s;
    REQUIRE(jobs.enqueue(later));
  }
  CHECK(jobs.make_due("route_server:rs2").value() == 0);
  CHECK(jobs.make_due("route_server:rs1").value() == 2);
  CHECK(claimable(jobs) == 2);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore retries a dead job when a person says so, and no other", World, job_retry) {
  World world;
  auto& jobs = world.jobs();
  const service::Actor admin{service::ActorKind::cli, std::nullopt, "root", "", "r-1"};
  const auto id = jobs.enqueue(new_job("membership:1"));
  CHECK(jobs.retry(*id, admin).error().code == ErrorCode::refused_transition);
  CHECK(jobs.retry(*id + 1000, admin).error().code == ErrorCode::not_found);
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::discard, 0ms, "permanent")));
  CHECK(view_of(jobs, *id).state == domain::JobState::dead);
  REQUIRE(jobs.retry(*id, admin));
  const auto again = claim_only(jobs);
  CHECK(again.id == *id);
  CHECK(again.attempt == 1);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore retries a dead job by the one that waits already", World, job_retry_waiting) {
  World world;
  auto& jobs = world.jobs();
  const service::Actor admin{service::ActorKind::cli, std::nullopt, "root", "", "r-1"};
  const auto id = jobs.enqueue(new_job("membership:1"));
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::discard)));
  auto later = new_job("membership:1");
  later.delay = 60s;
  const auto waiting = jobs.enqueue(later);
  REQUIRE(jobs.retry(*id, admin));
  CHECK(view_of(jobs, *id).state == domain::JobState::cancelled);
  CHECK(claim_only(jobs).id == *waiting);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore revives dead jobs after 60 s, then after twice as long", World, job_revive) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  REQUIRE(jobs.enqueue(new_job("somebody@example.net", "mail.send")));
  for (const auto& job : claim_all(jobs, "w1", 2)) REQUIRE(jobs.finish(job, outcome(JobVerdict::discard)));
  world.let_pass(59s);
  CHECK(jobs.revive_dead().value() == 0);
  world.let_pass(1s);
  CHECK(jobs.revive_dead().value() == 1);
  const auto again = claim_only(jobs);
  CHECK(again.kind == "member.provision");
  REQUIRE(jobs.finish(again, outcome(JobVerdict::discard)));
  world.let_pass(119s);
  CHECK(jobs.revive_dead().value() == 0);
  world.let_pass(1s);
  CHECK(jobs.revive_dead().value() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("JobStore revives a job that lost its workers after 5 s, then after twice as long", World,
                          job_revive_crashed) {
  World world;
  auto& jobs = world.jobs();
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  const auto lose_three_workers = [&] {
    for (const auto* worker : {"w1", "w2", "w3"}) {
      REQUIRE(jobs.claim(worker, 2s, 1).value().size() == 1);
      world.let_pass(3s);
    }
    REQUIRE(jobs.claim("w4", 2s, 1).value().empty());
  };
  for (const auto rest : {5s, 10s}) {
    lose_three_workers();
    world.let_pass(rest - 1s);
    CHECK(jobs.revive_dead().value() == 0);
    world.let_pass(1s);
    CHECK(jobs.revive_dead().value() == 1);
  }
}

TEST_CASE_TEMPLATE_DEFINE("JobStore does not revive what was worked on since", World, job_revive_superseded) {
  World world;
  auto& jobs = world.jobs();
  const auto dead = jobs.enqueue(new_job("membership:1"));
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::discard)));
  REQUIRE(jobs.enqueue(new_job("membership:1")));
  REQUIRE(jobs.finish(claim_only(jobs), outcome(JobVerdict::done)));
  world.let_pass(60s);
  CHECK(jobs.revive_dead().value() == 0);
  CHECK(view_of(jobs, *dead).state == domain::JobState::cancelled);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_JOB_STORE_CONTRACT(World)                  \
  TEST_CASE_TEMPLATE_INVOKE(job_claim_once, World);     \
  TEST_CASE_TEMPLATE_INVOKE(job_coalesce, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_priority, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_one_runs, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_claim_one, World);      \
  TEST_CASE_TEMPLATE_INVOKE(job_fenced, World);         \
  TEST_CASE_TEMPLATE_INVOKE(job_heartbeat, World);      \
  TEST_CASE_TEMPLATE_INVOKE(job_poison, World);         \
  TEST_CASE_TEMPLATE_INVOKE(job_progress, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_target, World);         \
  TEST_CASE_TEMPLATE_INVOKE(job_snooze, World);         \
  TEST_CASE_TEMPLATE_INVOKE(job_attempts, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_released, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_fenced_verdict, World); \
  TEST_CASE_TEMPLATE_INVOKE(job_merge, World);          \
  TEST_CASE_TEMPLATE_INVOKE(job_finish_many, World);    \
  TEST_CASE_TEMPLATE_INVOKE(job_make_due, World);       \
  TEST_CASE_TEMPLATE_INVOKE(job_retry, World);          \
  TEST_CASE_TEMPLATE_INVOKE(job_retry_waiting, World);  \
  TEST_CASE_TEMPLATE_INVOKE(job_revive, World);         \
  TEST_CASE_TEMPLATE_INVOKE(job_revive_crashed, World); \
  TEST_CASE_TEMPLATE_INVOKE(job_revive_superseded, World)
