#pragma once

/// @file tests/contract/store/request_store_contract.h
/// What every RequestStore does.

#include <algorithm>
#include <array>

#include "tests/contract/store/store_world.h"

namespace ztix::test {

TEST_CASE_TEMPLATE_DEFINE("RequestStore stores a request as it was asked, pending and audited", World, request_create) {
  Exchange<World> ix;
  const auto made = ix.created(64496);
  CHECK(made.state == RequestState::pending);
  CHECK(made.asn == asn(64496));
  CHECK(made.zt_network_id == kNetwork);
  CHECK(made.network_number == 1);
  CHECK(made.node_id == kNode);
  CHECK(made.ipv4);
  CHECK(made.note == "hello");
  CHECK(made.requested_by == ix.user);
  CHECK(made.requested_by_name == "alice");
  CHECK_FALSE(made.membership_id);
  CHECK(made.created_at.time_since_epoch().count() > 0);
  CHECK(ix.world.requests().request(made.id)->id == made.id);
  CHECK(ix.actions(made) == std::vector<std::string>{"request.created"});
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore knows only requests and networks that exist", World, request_unknown) {
  Exchange<World> ix;
  const auto nowhere = domain::ZtNetworkId::parse("8056c2e21cffffff").value();
  const auto made = ix.world.requests().create({asn(64496), nowhere, kNode, true, ""}, ix.command());
  REQUIRE_FALSE(made);
  CHECK(made.error().code == ErrorCode::not_found);
  CHECK(made.error().reason == "unknown_network");
  const auto nobody = Uuid::from_random(std::string(16, 'z'));
  CHECK(ix.world.requests().request(nobody).error().code == ErrorCode::not_found);
  CHECK(ix.world.requests().approve(nobody, ix.command()).error().code == ErrorCode::not_found);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore holds one open request for an ASN, network and node", World, request_slot) {
  for (const auto& slot : {std::optional(kNode), std::optional<domain::NodeId>()}) {
    Exchange<World> ix;
    const auto first = ix.created(64496, slot);
    const auto second = ix.create(64496, slot);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::conflict);
    CHECK(second.error().reason == "request_exists");
    REQUIRE(second.error().facts.size() == 1);
    CHECK(second.error().facts[0].second == first.id.text());
    CHECK(ix.create(64496, kOtherNode));
    CHECK(ix.create(64497, slot));
    REQUIRE(ix.apply(first, RequestEvent::withdraw));
    CHECK(ix.create(64496, slot));
  }
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore refuses a node that is somebody's member, without naming whose", World,
                          request_node_in_use) {
  Exchange<World> ix;
  ix.approved(64496, kNode);
  const auto stranger = ix.create(64497, kNode);
  REQUIRE_FALSE(stranger);
  CHECK(stranger.error().code == ErrorCode::conflict);
  CHECK(stranger.error().reason == "node_id_in_use");
  CHECK(stranger.error().facts.empty());
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore refuses the nodes of the exchange itself", World, request_node_of_exchange) {
  Exchange<World> ix;
  CHECK(ix.create(64496, node(kController)).error().reason == "node_id_in_use");
  REQUIRE(ix.world.networks().add_infrastructure_node(
      {1, kNode, "rs1", domain::InfrastructureRole::route_server, ip("192.0.2.33"), ip("2001:db8:1::1")}, cli_actor()));
  CHECK(ix.create(64496, kNode).error().reason == "node_id_in_use");
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore lets pending requests share a node and gives it to the first approved", World,
                          request_first_approved) {
  Exchange<World> ix;
  const auto first = ix.created(64496, kNode);
  const auto second = ix.created(64497, kNode);
  REQUIRE(ix.approve(second));
  const auto late = ix.approve(first);
  REQUIRE_FALSE(late);
  CHECK(late.error().reason == "node_id_in_use");
  CHECK(ix.world.requests().request(first.id)->state == RequestState::pending);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore approves with the lowest free router sequence", World, request_sequence) {
  Exchange<World> ix;
  const auto first = ix.approved(64496, kNode);
  CHECK(first.state == RequestState::approved);
  CHECK(first.membership_id);
  CHECK(first.router_sequence == 1);
  CHECK(ix.approved(64496, kOtherNode).router_sequence == 2);
  CHECK(ix.approved(64497, node("0000000001")).router_sequence == 1);
  ix.world.end_membership(first);
  CHECK(ix.approved(64496, node("0000000002")).router_sequence == 1);
  CHECK(ix.actions(first) == std::vector<std::string>{"request.created", "request.approved"});
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore marks in the audit who approved his own request, and only then", World,
                          request_self_approved) {
  Exchange<World> ix;
  const auto facts = [&](const Request& request) {
    return ix.world.audit().trail("request", request.id.text()).value().back().facts;
  };
  CHECK(facts(ix.approved(64496, kNode)).at("self_approved") == "true");
  const auto admin = ix.world.accounts().create_user(new_user("carol"), cli_actor()).value();
  const auto other = ix.created(64497, kOtherNode);
  const Command by_admin{{service::ActorKind::user, admin.id, "carol", "192.0.2.2", "trace-2"}, std::nullopt};
  REQUIRE(ix.world.requests().approve(other.id, by_admin));
  CHECK(facts(other).count("self_approved") == 0);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore shows what an approved request without a node waits for", World,
                          request_awaits_node) {
  Exchange<World> ix;
  const auto waiting = ix.approved(64496, std::nullopt);
  CHECK(waiting.waiting_for == "awaiting_node_id");
  CHECK_FALSE(waiting.waiting_remedy.empty());
  const auto named = ix.world.requests().set_node_id(waiting.id, kNode, ix.command());
  REQUIRE(named);
  CHECK(named->node_id == kNode);
  CHECK(named->waiting_for.empty());
  CHECK(ix.create(64497, kNode).error().reason == "node_id_in_use");
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore allows exactly the transitions of the table", World, request_transitions) {
  constexpr std::array kEvents{RequestEvent::reject,   RequestEvent::ask,    RequestEvent::answer,
                               RequestEvent::withdraw, RequestEvent::expire, RequestEvent::retry};
  Exchange<World> ix;
  const auto pending = ix.created(64496, kNode);
  const auto member = ix.approved(64497, kOtherNode);
  for (const auto from : domain::kRequestStates) {
    const bool undecided = from == RequestState::pending || from == RequestState::needs_info ||
                           from == RequestState::rejected || from == RequestState::withdrawn ||
                           from == RequestState::expired;
    const auto& subject = undecided ? pending : member;
    for (const auto event : kEvents) {
      ix.world.force_state(subject, from);
      const auto to = domain::next_state(from, event);
      const auto result = ix.apply(subject, event);
      CAPTURE(to_string(from));
      CAPTURE(to_string(event));
      REQUIRE(result.has_value() == to.has_value());
      if (to) CHECK(result->state == *to);
      if (!to) CHECK(result.error().code == ErrorCode::refused_transition);
      if (!to) CHECK(ix.world.requests().request(subject.id)->state == from);
    }
    ix.world.force_state(subject, from);
    if (from != RequestState::pending) CHECK(ix.approve(subject).error().code == ErrorCode::refused_transition);
  }
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore keeps questions, answers and reasons with their authors", World,
                          request_messages) {
  Exchange<World> ix;
  const auto request = ix.created(64496);
  REQUIRE(ix.apply(request, RequestEvent::ask, "Which router?"));
  REQUIRE(ix.apply(request, RequestEvent::answer, "The new one."));
  const auto rejected = ix.apply(request, RequestEvent::reject, "Not yet.");
  REQUIRE(rejected);
  CHECK(rejected->reason == "Not yet.");
  REQUIRE(rejected->messages.size() == 3);
  CHECK(rejected->messages[0].kind == "question");
  CHECK(rejected->messages[0].author == "alice");
  CHECK(rejected->messages[1].text == "The new one.");
  CHECK(rejected->messages[2].kind == "reason");
  CHECK(ix.actions(request) ==
        std::vector<std::string>{"request.created", "request.asked", "request.answered", "request.rejected"});
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore clears the cause of a failure with a retry", World, request_retry) {
  Exchange<World> ix;
  const auto request = ix.approved(64496);
  ix.world.force_state(request, RequestState::failed);
  const auto retried = ix.apply(request, RequestEvent::retry, "");
  REQUIRE(retried);
  CHECK(retried->state == RequestState::approved);
  CHECK(retried->reason.empty());
  CHECK_FALSE(retried->held);
  CHECK(retried->membership_id == request.membership_id);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore refuses as a bug an event that has a call of its own", World, request_bug) {
  Exchange<World> ix;
  const auto request = ix.created(64496);
  CHECK_THROWS_AS((void)ix.apply(request, RequestEvent::approve), std::logic_error);
  CHECK_THROWS_AS((void)ix.apply(request, RequestEvent::succeed), std::logic_error);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore sets the node before a decision and refuses a taken slot", World,
                          request_node_before) {
  Exchange<World> ix;
  const auto request = ix.created(64496, std::nullopt);
  const auto other = ix.created(64496, kOtherNode);
  CHECK(ix.world.requests().set_node_id(request.id, kNode, ix.command())->node_id == kNode);
  CHECK(ix.world.requests().set_node_id(request.id, kOtherNode, ix.command()).error().reason == "request_exists");
  CHECK(ix.world.requests().set_node_id(other.id, kOtherNode, ix.command()));
  REQUIRE(ix.apply(request, RequestEvent::withdraw));
  const auto closed = ix.world.requests().set_node_id(request.id, node("0000000001"), ix.command());
  CHECK(closed.error().code == ErrorCode::refused_transition);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore changes the node of an active member one change at a time", World,
                          request_node_change) {
  Exchange<World> ix;
  const auto member = ix.approved(64496, kNode);
  ix.world.force_state(member, RequestState::active);
  auto& requests = ix.world.requests();
  const auto changed = requests.set_node_id(member.id, kOtherNode, ix.command());
  REQUIRE(changed);
  CHECK(changed->state == RequestState::active);
  CHECK(changed->node_id == kOtherNode);
  CHECK(requests.set_node_id(member.id, kOtherNode, ix.command()));
  const auto third = node("0000000001");
  CHECK(requests.set_node_id(member.id, third, ix.command()).error().reason == "change_running");
  CHECK(ix.create(64497, kNode).error().reason == "node_id_in_use");
  ix.world.finish_node_change(member);
  CHECK(requests.set_node_id(member.id, third, ix.command()));
  ix.world.force_state(member, RequestState::provisioning);
  CHECK(requests.set_node_id(member.id, kNode, ix.command()).error().code == ErrorCode::refused_transition);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore expires what waited too long for a decision", World, request_expire) {
  Exchange<World> ix;
  const auto old = ix.created(64496, kNode);
  const auto decided = ix.approved(64497, kOtherNode);
  ix.world.let_pass(721h);
  const auto young = ix.created(64498, node("0000000001"));
  const service::Actor clock{service::ActorKind::worker, std::nullopt, "worker-1", "", ""};
  CHECK(ix.world.requests().expire_older_than(720h, clock).value() == 1);
  CHECK(ix.world.requests().request(old.id)->state == RequestState::expired);
  CHECK(ix.world.requests().request(decided.id)->state == RequestState::approved);
  CHECK(ix.world.requests().request(young.id)->state == RequestState::pending);
  CHECK(ix.actions(old).back() == "request.expired");
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore lists newest first, page by page without gaps", World, request_pages) {
  Exchange<World> ix;
  std::vector<Uuid> newest_first;
  for (unsigned i = 0; i < 5; ++i) {
    newest_first.insert(newest_first.begin(), ix.created(64496 + i, kNode).id);
    ix.world.let_pass(1s);
  }
  std::vector<Uuid> seen;
  service::Page page{2, ""};
  do {
    const auto got = ix.world.requests().list({}, page);
    REQUIRE(got);
    for (const auto& request : got->items) seen.push_back(request.id);
    page.cursor = got->next;
  } while (!page.cursor.empty());
  CHECK(seen == newest_first);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore refuses a page that cannot be", World, request_bad_page) {
  Exchange<World> ix;
  auto& requests = ix.world.requests();
  CHECK(requests.list({}, {50, "not-ours"}).error().code == ErrorCode::invalid_argument);
  CHECK(requests.list({}, {0, ""}).error().code == ErrorCode::invalid_argument);
  CHECK(requests.list({}, {201, ""}).error().code == ErrorCode::invalid_argument);
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore lists by every filter", World, request_filters) {
  Exchange<World> ix;
  const auto old = ix.created(64496, kNode);
  ix.world.let_pass(10min);
  const auto approved = ix.approved(64497, kOtherNode);
  REQUIRE(ix.world.requests().create({asn(64498), kOtherNetwork, kNode, false, ""}, ix.command()));
  const auto ids = [&](const service::RequestFilter& filter) {
    std::vector<Uuid> found;
    const auto listed = ix.world.requests().list(filter, {});
    for (const auto& request : listed->items) found.push_back(request.id);
    return found;
  };
  CHECK(ids({}).size() == 3);
  service::RequestFilter filter;
  filter.state = RequestState::approved;
  CHECK(ids(filter) == std::vector<Uuid>{approved.id});
  filter = {};
  filter.asn = asn(64496);
  CHECK(ids(filter) == std::vector<Uuid>{old.id});
  filter = {};
  filter.owned_asns = std::vector{asn(64496), asn(64497)};
  CHECK(ids(filter).size() == 2);
  filter.owned_asns = std::vector<domain::Asn>{};
  CHECK(ids(filter).empty());
  filter = {};
  filter.zt_network_id = kOtherNetwork;
  CHECK(ids(filter).size() == 1);
  filter = {};
  filter.min_age = 5min;
  CHECK(ids(filter) == std::vector<Uuid>{old.id});
}

TEST_CASE_TEMPLATE_DEFINE("RequestStore completes the idempotency key together with the change", World, request_key) {
  Exchange<World> ix;
  auto command = ix.command();
  command.idempotency = service::IdempotencyKey{ix.user, "POST", "/api/v1/requests", "key-1"};
  const NewRequest wish{asn(64496), kNetwork, kNode, true, ""};
  const auto unheld = ix.world.requests().create(wish, command);
  REQUIRE_FALSE(unheld);
  CHECK(unheld.error().reason == "in_progress");
  CHECK(ix.world.requests().list({}, {})->items.empty());
  REQUIRE(ix.world.idempotency().begin(*command.idempotency, "aa"));
  const auto made = ix.world.requests().create(wish, command);
  REQUIRE(made);
  const auto again = ix.world.idempotency().begin(*command.idempotency, "aa");
  REQUIRE(again);
  REQUIRE(*again);
  CHECK((*again)->status == 201);
  CHECK((*again)->resource_id == made->id.text());
}

}  // namespace ztix::test

#define ZTIX_REQUEST_STORE_CONTRACT(World)                    \
  TEST_CASE_TEMPLATE_INVOKE(request_create, World);           \
  TEST_CASE_TEMPLATE_INVOKE(request_unknown, World);          \
  TEST_CASE_TEMPLATE_INVOKE(request_slot, World);             \
  TEST_CASE_TEMPLATE_INVOKE(request_node_in_use, World);      \
  TEST_CASE_TEMPLATE_INVOKE(request_node_of_exchange, World); \
  TEST_CASE_TEMPLATE_INVOKE(request_first_approved, World);   \
  TEST_CASE_TEMPLATE_INVOKE(request_sequence, World);         \
  TEST_CASE_TEMPLATE_INVOKE(request_self_approved, World);    \
  TEST_CASE_TEMPLATE_INVOKE(request_awaits_node, World);      \
  TEST_CASE_TEMPLATE_INVOKE(request_transitions, World);      \
  TEST_CASE_TEMPLATE_INVOKE(request_messages, World);         \
  TEST_CASE_TEMPLATE_INVOKE(request_retry, World);            \
  TEST_CASE_TEMPLATE_INVOKE(request_bug, World);              \
  TEST_CASE_TEMPLATE_INVOKE(request_node_before, World);      \
  TEST_CASE_TEMPLATE_INVOKE(request_node_change, World);      \
  TEST_CASE_TEMPLATE_INVOKE(request_expire, World);           \
  TEST_CASE_TEMPLATE_INVOKE(request_pages, World);            \
  TEST_CASE_TEMPLATE_INVOKE(request_bad_page, World);         \
  TEST_CASE_TEMPLATE_INVOKE(request_filters, World);          \
  TEST_CASE_TEMPLATE_INVOKE(request_key, World)
