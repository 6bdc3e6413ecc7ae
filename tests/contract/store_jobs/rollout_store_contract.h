#pragma once

/// @file tests/contract/store_jobs/rollout_store_contract.h
/// What every RolloutStore does. The rules themselves are shown in tests/unit/domain/rollout_test.cpp.

#include <algorithm>

#include "core/service/ports/rollout_store.h"
#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

using domain::TurnVerdict;
using service::TakenBack;
using TurnAnswer = domain::TurnDecision::Answer;

/// Enabled route servers that all want what was published last.
template <class World>
struct Turns : Delivery<World> {
  explicit Turns(int n) {
    for (int i = 1; i <= n; ++i) this->enabled_route_server(i);
    for (int i = 1; i <= n; ++i) this->confirm("rs" + std::to_string(i));
  }

  service::RolloutStore& rollout() { return this->world.rollout(); }
  Result<domain::TurnDecision> take(const Job& job, const std::string& name, Revision revision,
                                    domain::ChangeClass change = domain::ChangeClass::peers_only, int restarts = 0) {
    return rollout().take_turn(job, name, {revision, change, restarts, 60s});
  }
  bool is_parked(const std::string& name) {
    const auto views = this->world.jobs().jobs(domain::JobState::ready, 200).value();
    return std::any_of(views.begin(), views.end(), [&](const auto& view) {
      return view.subject == "route_server:" + name && view.run_at == Timestamp::max();
    });
  }
  /// The job that is there, not one asked for.
  std::optional<Job> claim(const std::string& name) {
    const auto views = this->world.jobs().jobs(domain::JobState::ready, 200).value();
    for (const auto& view : views) {
      if (view.kind != "rs.apply" || view.subject != "route_server:" + name) continue;
      return this->world.jobs().claim_one("w1", 60s, view.id).value();
    }
    return std::nullopt;
  }
  service::TurnView turn(const std::string& name, Revision revision) {
    const auto views = rollout().turns(name, 100).value();
    for (const auto& view : views) {
      if (view.revision == revision) return view;
    }
    FAIL(name << " has no turn");
    return {};
  }
};

TEST_CASE_TEMPLATE_DEFINE("RolloutStore puts back who must wait and wakes it when the turn before ends", World,
                          rollout_order) {
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto rs2 = exchange.claim("rs2").value();
  const auto early = exchange.take(rs2, "rs2", revision);
  REQUIRE(early);
  CHECK(early->answer == TurnAnswer::wait);
  CHECK(early->waits_for == "rs1");
  CHECK(exchange.is_parked("rs2"));
  CHECK_FALSE(exchange.claim("rs2"));
  CHECK(exchange.world.jobs().next_due().value() == 0ms);  // rs1's, not the parked one
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.take(rs1, "rs1", revision)->answer == TurnAnswer::granted);
  CHECK(exchange.turn("rs1", revision).turn == 1);
  CHECK(exchange.turn("rs1", revision).verdict == TurnVerdict::taken);
  CHECK(exchange.rollout().wake_waiting().value() == 0);
  exchange.confirm_at(rs1, "rs1", revision);
  REQUIRE(exchange.rollout().end_turn(rs1, "rs1", TurnVerdict::confirmed, revision));
  CHECK_FALSE(exchange.is_parked("rs2"));
  const auto again = exchange.claim("rs2");
  REQUIRE(again);
  CHECK(again->attempt == rs2.attempt);
  CHECK(exchange.take(*again, "rs2", revision)->turn == 2);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore gives a turn once more to who has it already", World, rollout_again) {
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.take(rs1, "rs1", revision)->answer == TurnAnswer::granted);
  CHECK(exchange.take(rs1, "rs1", revision)->answer == TurnAnswer::granted);
  CHECK(exchange.rollout().turns("rs1", 10)->size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore counts harm over what a newer revision supersedes in the same turn", World,
                          rollout_harm) {
  Turns<World> exchange(2);
  const auto first = exchange.publish(exchange.member(64496));
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.take(rs1, "rs1", first)->answer == TurnAnswer::granted);
  CHECK(exchange.rollout().note_harm(rs1, "rs1", "a session was lost").value() == 1);
  const auto second = exchange.publish(exchange.member(64497));
  REQUIRE(exchange.take(rs1, "rs1", second)->answer == TurnAnswer::granted);
  CHECK(exchange.turn("rs1", first).verdict == TurnVerdict::superseded);
  CHECK(exchange.turn("rs1", second).last_harm == "a session was lost");
  CHECK(exchange.rollout().note_harm(rs1, "rs1", "again").value() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore skips who is unreachable until it answers again", World, rollout_unreachable) {
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.rollout().end_turn(rs1, "rs1", TurnVerdict::unreachable, std::nullopt));
  const auto rs2 = exchange.claim("rs2").value();
  CHECK(exchange.take(rs2, "rs2", revision)->answer == TurnAnswer::granted);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore ends the turn of a job that is gone", World, rollout_orphan) {
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.rollout().take_turn(rs1, "rs1", {revision, domain::ChangeClass::peers_only, 0, 0ms}));
  const auto rs2 = exchange.claim("rs2").value();
  REQUIRE(exchange.take(rs2, "rs2", revision)->answer == TurnAnswer::wait);
  REQUIRE(exchange.world.jobs().finish(rs1, {service::JobOutcome::Verdict::discard, 0ms, "for good"}));
  CHECK(exchange.rollout().wake_waiting().value() == 1);
  CHECK(exchange.turn("rs1", revision).verdict == TurnVerdict::abandoned);
  CHECK(exchange.claim("rs2"));
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore lets an administrator allow the last one and restarts, with a reason", World,
                          rollout_permit) {
  Turns<World> exchange(1);
  const auto revision = exchange.publish(exchange.member(64496));
  auto job = exchange.claim("rs1").value();
  auto& admin = exchange.world.rollout_as_admin();
  SUBCASE("the last one") {
    CHECK(exchange.take(job, "rs1", revision, domain::ChangeClass::shared)->wait == domain::TurnWait::last_one);
    CHECK(admin.permit({"rs1", true, false, 0, ""}, delivery_admin()).error().code == ErrorCode::invalid_argument);
    REQUIRE(admin.permit({"rs1", true, false, 0, "there is no other"}, delivery_admin()));
    job = exchange.claim("rs1").value();
    CHECK(exchange.take(job, "rs1", revision, domain::ChangeClass::shared)->answer == TurnAnswer::granted);
    CHECK(contains(exchange.actions("route_server", "rs1"), "rollout.last_one_allowed"));
    // Once is for what is published by now.
    const auto later = exchange.publish(exchange.member(64497));
    REQUIRE(exchange.rollout().end_turn(job, "rs1", TurnVerdict::abandoned, std::nullopt));
    CHECK(exchange.take(job, "rs1", later, domain::ChangeClass::shared)->wait == domain::TurnWait::last_one);
  }
  SUBCASE("restarts") {
    CHECK(exchange.take(job, "rs1", revision, domain::ChangeClass::peers_only, 3)->wait ==
          domain::TurnWait::awaiting_acceptance);
    CHECK(exchange.turn("rs1", revision).restarts == 3);
    REQUIRE(admin.permit({"rs1", false, false, 3, "announced"}, delivery_admin()));
    job = exchange.claim("rs1").value();
    CHECK(exchange.take(job, "rs1", revision, domain::ChangeClass::peers_only, 4)->answer == TurnAnswer::wait);
    REQUIRE(admin.permit({"rs1", false, false, 4, "announced again"}, delivery_admin()));
    job = exchange.claim("rs1").value();
    CHECK(exchange.take(job, "rs1", revision, domain::ChangeClass::peers_only, 4)->answer == TurnAnswer::granted);
  }
  CHECK(admin.permit({"rs9", true, false, 0, "typo"}, delivery_admin()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore holds the one membership that a bad revision brought", World, rollout_culprit) {
  Turns<World> exchange(1);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  const auto job = exchange.applying("rs1");
  CHECK(exchange.rollout().take_back(job, "rs1", revision, "it did harm").value() == TakenBack::undone);
  CHECK(exchange.rollout().take_back(job, "rs1", revision, "it did harm").value() == TakenBack::already);
  CHECK(exchange.state(request) == RequestState::failed);
  CHECK(exchange.now(request).reason.find("it did harm") != std::string::npos);
  CHECK_FALSE(exchange.is_rendered("rs1", request));
  CHECK(exchange.newest("rs1").revision > revision);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore brings several changes one at a time after harm", World, rollout_split) {
  Turns<World> exchange(1);
  const auto good = exchange.member(64496);
  const auto bad = exchange.member(64497);
  exchange.publish(good);
  const auto revision = exchange.publish(bad);
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.rollout().take_back(job, "rs1", revision, "harm").value() == TakenBack::split);
  const auto step = exchange.world.apply().subject("rs1").value();
  CHECK(step.is_step);
  CHECK(step.newest.memberships.size() == 1);
  CHECK(step.highest > step.newest.revision);
  REQUIRE(exchange.take(job, "rs1", step.newest.revision)->answer == TurnAnswer::granted);
  exchange.confirm_at(job, "rs1", step.newest.revision);
  REQUIRE(exchange.rollout().end_turn(job, "rs1", TurnVerdict::confirmed, step.newest.revision));
  CHECK(exchange.state(good) == RequestState::active);
  const auto next = exchange.world.apply().subject("rs1").value();
  CHECK_FALSE(next.is_step);
  CHECK(next.newest.memberships.size() == 2);
  CHECK(exchange.rollout().take_back(job, "rs1", next.newest.revision, "harm").value() == TakenBack::undone);
  CHECK(exchange.state(bad) == RequestState::failed);
  CHECK(exchange.newest("rs1").memberships.size() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore keeps what a route server has proven", World, rollout_kept) {
  Turns<World> exchange(2);
  const auto request = exchange.member(64496);
  const auto revision = exchange.publish(request);
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.take(rs1, "rs1", revision)->answer == TurnAnswer::granted);
  exchange.confirm_at(rs1, "rs1", revision);
  REQUIRE(exchange.rollout().end_turn(rs1, "rs1", TurnVerdict::confirmed, revision));
  const auto rs2 = exchange.claim("rs2").value();
  CHECK(exchange.rollout().take_back(rs2, "rs2", revision, "only here").value() == TakenBack::kept);
  CHECK(exchange.is_rendered("rs2", request));
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore keeps harm from the others for as long as it is in the newest revision", World,
                          rollout_harm_stays) {
  constexpr auto kShared = domain::ChangeClass::shared;
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto permit = [&](const std::string& name) {
    REQUIRE(exchange.world.rollout_as_admin().permit({name, true, false, 0, "nobody was probed"}, delivery_admin()));
  };
  permit("rs1");
  permit("rs2");
  const auto rs1 = exchange.claim("rs1").value();
  REQUIRE(exchange.take(rs1, "rs1", revision, kShared)->answer == TurnAnswer::granted);
  REQUIRE(exchange.rollout().end_turn(rs1, "rs1", TurnVerdict::undone, revision));
  const auto rs2 = exchange.claim("rs2").value();
  const auto held_off = exchange.take(rs2, "rs2", revision, kShared);
  CHECK(held_off->answer == TurnAnswer::wait);
  CHECK(held_off->waits_for == "rs1");
  CHECK(exchange.rollout().wake_waiting().value() == 0);
  REQUIRE(exchange.rollout().take_back(rs1, "rs1", revision, "harm").value() == TakenBack::undone);
  permit("rs2");
  CHECK(exchange.take(exchange.applying("rs2"), "rs2", revision + 1, kShared)->answer == TurnAnswer::granted);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore tries a route server again when an administrator says so", World,
                          rollout_retry) {
  Turns<World> exchange(1);
  auto& admin = exchange.world.rollout_as_admin();
  REQUIRE(admin.retry("rs1", delivery_admin()));
  CHECK(exchange.claim("rs1"));
  CHECK(contains(exchange.actions("route_server", "rs1"), "rollout.retried"));
  CHECK(admin.retry("rs9", delivery_admin()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore keeps templates that did harm away until somebody wants them tried again",
                          World, rollout_templates) {
  Turns<World> exchange(2);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto job = exchange.applying("rs1");
  REQUIRE(exchange.rollout().refuse_templates(job, "rs1", revision, digest("t2"), "a session was lost"));
  CHECK(exchange.rollout().template_refusal(digest("t2")).value() == "undone on rs1: a session was lost");
  CHECK_FALSE(exchange.rollout().template_refusal(digest("t1")).value());
  CHECK(contains(exchange.actions("route_server", "rs1"), "templates.refused"));
  REQUIRE(exchange.world.rollout_as_admin().retry("rs2", delivery_admin()));
  CHECK_FALSE(exchange.rollout().template_refusal(digest("t2")).value());
}

TEST_CASE_TEMPLATE_DEFINE("RolloutStore writes nothing for a worker that lost the job", World, rollout_fenced) {
  Turns<World> exchange(1);
  const auto revision = exchange.publish(exchange.member(64496));
  const auto job = exchange.applying("rs1");
  exchange.world.steal(job);
  CHECK(exchange.take(job, "rs1", revision).error().code == ErrorCode::fenced);
  CHECK(exchange.rollout().end_turn(job, "rs1", TurnVerdict::confirmed, revision).error().code == ErrorCode::fenced);
  CHECK(exchange.rollout().note_harm(job, "rs1", "harm").error().code == ErrorCode::fenced);
  CHECK(exchange.rollout().take_back(job, "rs1", revision, "harm").error().code == ErrorCode::fenced);
  const auto refused = exchange.rollout().refuse_templates(job, "rs1", revision, digest("t2"), "harm");
  CHECK(refused.error().code == ErrorCode::fenced);
  CHECK_FALSE(exchange.rollout().template_refusal(digest("t2")).value());
  CHECK(exchange.rollout().turns(std::nullopt, 10)->empty());
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_ROLLOUT_STORE_CONTRACT(World)               \
  TEST_CASE_TEMPLATE_INVOKE(rollout_order, World);       \
  TEST_CASE_TEMPLATE_INVOKE(rollout_again, World);       \
  TEST_CASE_TEMPLATE_INVOKE(rollout_harm, World);        \
  TEST_CASE_TEMPLATE_INVOKE(rollout_unreachable, World); \
  TEST_CASE_TEMPLATE_INVOKE(rollout_orphan, World);      \
  TEST_CASE_TEMPLATE_INVOKE(rollout_permit, World);      \
  TEST_CASE_TEMPLATE_INVOKE(rollout_culprit, World);     \
  TEST_CASE_TEMPLATE_INVOKE(rollout_split, World);       \
  TEST_CASE_TEMPLATE_INVOKE(rollout_kept, World);        \
  TEST_CASE_TEMPLATE_INVOKE(rollout_harm_stays, World);  \
  TEST_CASE_TEMPLATE_INVOKE(rollout_retry, World);       \
  TEST_CASE_TEMPLATE_INVOKE(rollout_templates, World);   \
  TEST_CASE_TEMPLATE_INVOKE(rollout_fenced, World)
