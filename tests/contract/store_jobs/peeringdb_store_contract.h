#pragma once

/// @file tests/contract/store_jobs/peeringdb_store_contract.h
/// What every PeeringDbStore and every QueryPace does. The world is delivery_world.h's, with `peeringdb()`, `pace()`
/// and `age_peeringdb(duration)`, which moves everything that was written down about PeeringDB into the past.

#include "core/service/ports/peeringdb.h"
#include "core/service/ports/query_pace.h"
#include "tests/contract/store_jobs/delivery_world.h"

namespace ztix::test {

using Knowledge = service::PeeringDbView::Knowledge;

inline service::PeeringDbEntry an_entry(std::uint64_t number) {
  service::PeeringDbEntry entry(as_number(number));
  entry.name = "Example \"Net\" Ä";
  entry.aka = "EXN, {curly}";
  entry.as_sets = domain::parse_as_sets("RIPE::AS-EXAMPLE AS64496:AS-X nonsense");
  entry.prefixes_v4 = 10;
  entry.ipv6 = true;
  entry.never_via_route_servers = true;
  entry.policy = "Open";
  entry.policy_url = "https://example.net/peering";
  entry.website = "https://example.net";
  entry.exchanges = 7;
  entry.route_server_exchanges = 5;
  entry.contacts = {{"NOC", "Desk", "noc@example.net", "+49 30 1"}, {"Policy", "", "peering@example.net", ""}};
  return entry;
}

/// With one user of AS64496 and AS64497, and what the tests ask again and again.
template <class World>
struct PeeringDbExchange : Delivery<World> {
  PeeringDbExchange() {
    service::UserChange change;
    change.add_asns = {as_number(64496), as_number(64497)};
    REQUIRE(this->world.accounts().update_user("alice", change, delivery_admin()));
    job = this->claimed(service::kPeeringDbRefresh, service::kPeeringDbSubject);
  }
  service::PeeringDbStore& store() { return this->world.peeringdb(); }
  service::PeeringDbView view(std::uint64_t number) {
    auto found = store().view(as_number(number));
    REQUIRE(found);
    return std::move(*found);
  }
  std::vector<std::string> due(std::size_t limit = 150) {
    std::vector<std::string> texts;
    const auto asns = store().due(1h, limit).value();
    for (const auto asn : asns) texts.push_back(asn.text());
    return texts;
  }
  /// An answer about both in which only 64496 is.
  service::PeeringDbAnswer answer() {
    return {{as_number(64496), as_number(64497)}, {an_entry(64496)}, {}, std::nullopt};
  }
  Job job;
};

TEST_CASE_TEMPLATE_DEFINE("PeeringDbStore gives back what PeeringDB said, and knows absent from unknown", World,
                          peeringdb_record) {
  PeeringDbExchange<World> exchange;
  CHECK(exchange.view(64496).knowledge() == Knowledge::unknown);
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  const auto known = exchange.view(64496);
  CHECK(known.knowledge() == Knowledge::known);
  REQUIRE(known.entry);
  CHECK(*known.entry == an_entry(64496));
  CHECK(known.seen_at);
  CHECK(known.age < 1min);
  const auto absent = exchange.view(64497);
  CHECK(absent.knowledge() == Knowledge::absent);
  CHECK_FALSE(absent.entry);
  CHECK(absent.asked_at);
  CHECK(exchange.view(64498).knowledge() == Knowledge::unknown);
  const auto both = exchange.store().views({as_number(64497), as_number(64496)}).value();
  CHECK(both[0].asn == as_number(64497));
  CHECK(both[1].entry);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbStore asks about whoever was not asked about for an hour, unknown ones first",
                          World, peeringdb_due) {
  PeeringDbExchange<World> exchange;
  CHECK(exchange.due() == std::vector<std::string>{"64496", "64497"});
  CHECK(exchange.due(1) == std::vector<std::string>{"64496"});
  CHECK(exchange.store().next_due(1h).value() == 0ms);
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  CHECK(exchange.due().empty());
  exchange.world.age_peeringdb(20min);
  CHECK(exchange.store().next_due(1h).value() <= 40min);
  CHECK(exchange.store().next_due(1h).value() > 39min);
  exchange.world.age_peeringdb(41min);
  service::UserChange change;
  change.add_asns = {as_number(64499)};
  REQUIRE(exchange.world.accounts().update_user("alice", change, delivery_admin()));
  CHECK(exchange.due() == std::vector<std::string>{"64499", "64496", "64497"});
  CHECK(exchange.view(64496).age >= 61min);
}

TEST_CASE_TEMPLATE_DEFINE(
    "PeeringDbStore follows the ASNs of requests and memberships whoever made them, and nobody's of"
    " users who were disabled",
    World, peeringdb_followed) {
  PeeringDbExchange<World> exchange;
  exchange.member(64511);
  CHECK(exchange.due() == std::vector<std::string>{"64496", "64497", "64511"});
  service::UserChange change;
  change.disabled = true;
  REQUIRE(exchange.world.accounts().update_user("alice", change, delivery_admin()));
  CHECK(exchange.due() == std::vector<std::string>{"64511"});
}

TEST_CASE_TEMPLATE_DEFINE(
    "PeeringDbStore marks a network that PeeringDB no longer has, keeps what it said, and takes it"
    " back",
    World, peeringdb_gone) {
  PeeringDbExchange<World> exchange;
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  auto empty = exchange.answer();
  empty.entries.clear();
  REQUIRE(exchange.store().record(exchange.job, empty));
  const auto gone = exchange.view(64496);
  CHECK(gone.knowledge() == Knowledge::gone);
  REQUIRE(gone.entry);
  CHECK(gone.entry->name == an_entry(64496).name);
  exchange.world.age_peeringdb(1h);
  REQUIRE(exchange.store().record(exchange.job, empty));
  CHECK(*exchange.view(64496).asked_at - *exchange.view(64496).gone_since >= 1h);
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  CHECK(exchange.view(64496).knowledge() == Knowledge::known);
}

TEST_CASE_TEMPLATE_DEFINE(
    "PeeringDbStore keeps an entry whose new record is malformed, says so, and does not ask again"
    " at once",
    World, peeringdb_refused) {
  PeeringDbExchange<World> exchange;
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  exchange.world.age_peeringdb(2h);
  service::PeeringDbAnswer answer{{as_number(64496), as_number(64497)},
                                  {},
                                  {{as_number(64496), "name is missing"}, {as_number(64497), "aka is no text"}},
                                  std::nullopt};
  REQUIRE(exchange.store().record(exchange.job, answer));
  const auto old = exchange.view(64496);
  CHECK(old.knowledge() == Knowledge::known);
  CHECK(old.problem == "name is missing");
  CHECK(old.age >= 2h);
  CHECK(exchange.view(64497).knowledge() == Knowledge::unknown);
  CHECK(exchange.due().empty());
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  CHECK(exchange.view(64496).problem.empty());
}

TEST_CASE_TEMPLATE_DEFINE(
    "PeeringDbStore changes nothing while PeeringDB does not answer, and counts how often it did"
    " not",
    World, peeringdb_outage) {
  PeeringDbExchange<World> exchange;
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  CHECK(exchange.store().record_failure(exchange.job, "status 500").value() == 1);
  CHECK(exchange.store().record_failure(exchange.job, "timeout").value() == 2);
  const auto view = exchange.view(64496);
  CHECK(view.outage == "timeout");
  CHECK(view.knowledge() == Knowledge::known);
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  CHECK(exchange.view(64496).outage.empty());
  CHECK(exchange.store().record_failure(exchange.job, "timeout").value() == 1);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbStore asks about whom a person names, also a stranger, with a row in the audit log",
                          World, peeringdb_order) {
  PeeringDbExchange<World> exchange;
  REQUIRE(exchange.store().record(exchange.job, exchange.answer()));
  exchange.done(exchange.job);
  exchange.world.age_peeringdb(1min);
  CHECK(exchange.store().order({as_number(64496), as_number(64510)}, delivery_admin())->size() == 2);
  CHECK(exchange.due() == std::vector<std::string>{"64510", "64496"});
  CHECK(exchange.has_job(service::kPeeringDbRefresh, service::kPeeringDbSubject));
  CHECK(exchange.actions("peeringdb", "64496 64510") == std::vector<std::string>{"peeringdb.refresh_ordered"});
  const auto job = exchange.claimed(service::kPeeringDbRefresh, service::kPeeringDbSubject);
  auto answer = exchange.answer();
  answer.asked.push_back(as_number(64510));
  REQUIRE(exchange.store().record(job, answer));
  CHECK(exchange.due().empty());
  exchange.world.age_peeringdb(2h);
  CHECK(exchange.due() == std::vector<std::string>{"64496", "64497"});
  CHECK(exchange.store().order({}, delivery_admin())->size() == 2);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbStore sees to a refresh: at once for the unknown, but not while PeeringDB fails",
                          World, peeringdb_enqueue) {
  PeeringDbExchange<World> exchange;
  exchange.done(exchange.job);
  const auto wait = [&] { return exchange.world.jobs().next_due().value().value_or(24h); };
  REQUIRE(exchange.store().enqueue_refresh(1h));
  CHECK(wait() == 0ms);
  auto job = exchange.claimed(service::kPeeringDbRefresh, service::kPeeringDbSubject);
  REQUIRE(exchange.store().record_failure(job, "timeout"));
  REQUIRE(exchange.world.jobs().finish(job, {service::JobOutcome::Verdict::snooze, 30min, "timeout"}));
  REQUIRE(exchange.store().enqueue_refresh(1h));
  CHECK(wait() > 29min);
  CHECK(wait() <= 30min);
}

TEST_CASE_TEMPLATE_DEFINE("PeeringDbStore writes nothing for a worker that lost the job", World, peeringdb_fenced) {
  PeeringDbExchange<World> exchange;
  exchange.world.steal(exchange.job);
  CHECK(exchange.store().record(exchange.job, exchange.answer()).error().code == ErrorCode::fenced);
  CHECK(exchange.store().record_failure(exchange.job, "x").error().code == ErrorCode::fenced);
  CHECK(exchange.view(64496).outage.empty());
}

inline service::QueryPace::Rules pace_rules() {
  service::QueryPace::Rules rules;
  rules.gap = 3s;
  rules.repeat = 30s;
  rules.large_repeat = 1h;
  rules.large = 100'000;
  rules.longest_wait = 5s;
  return rules;
}

TEST_CASE_TEMPLATE_DEFINE("QueryPace keeps queries apart, and gives no place to who would wait too long", World,
                          pace_gap) {
  World world;
  auto& pace = world.pace();
  const auto first = pace.take_place(digest("a"), pace_rules()).value();
  CHECK(first.is_taken);
  CHECK(first.wait == 0ms);
  const auto second = pace.take_place(digest("b"), pace_rules()).value();
  CHECK(second.is_taken);
  CHECK(second.wait > 2s);
  CHECK(second.wait <= 3s);
  const auto third = pace.take_place(digest("c"), pace_rules()).value();
  CHECK_FALSE(third.is_taken);
  CHECK(third.wait > 5s);
  // One that got no place has moved nothing.
  CHECK(pace.take_place(digest("d"), pace_rules())->wait <= third.wait);
  world.age_peeringdb(7s);
  CHECK(pace.take_place(digest("c"), pace_rules())->wait == 0ms);
}

TEST_CASE_TEMPLATE_DEFINE("QueryPace repeats a query after half a minute, and one with a large answer after an hour",
                          World, pace_repeat) {
  World world;
  auto& pace = world.pace();
  for (const auto& [query, bytes] : {std::pair{digest("a"), 100'000}, {digest("b"), 100'001}}) {
    world.age_peeringdb(10s);
    REQUIRE(pace.take_place(query, pace_rules())->is_taken);
    REQUIRE(pace.answered(query, bytes));
  }
  world.age_peeringdb(14s);
  const auto early = pace.take_place(digest("a"), pace_rules()).value();
  CHECK_FALSE(early.is_taken);
  CHECK(early.wait > 5s);
  CHECK(early.wait <= 6s);
  world.age_peeringdb(30s);
  CHECK(pace.take_place(digest("a"), pace_rules())->is_taken);
  world.age_peeringdb(1min);
  CHECK(pace.take_place(digest("b"), pace_rules())->wait > 57min);
  world.age_peeringdb(59min);
  CHECK(pace.take_place(digest("b"), pace_rules())->is_taken);
}

TEST_CASE_TEMPLATE_DEFINE("QueryPace lets nobody ask during a pause, and a shorter one does not end it", World,
                          pace_pause) {
  World world;
  auto& pace = world.pace();
  REQUIRE(pace.pause(10min));
  REQUIRE(pace.pause(1s));
  CHECK_FALSE(pace.take_place(digest("a"), pace_rules())->is_taken);
  CHECK(pace.take_place(digest("a"), pace_rules())->wait > 9min);
  world.age_peeringdb(10min);
  CHECK(pace.take_place(digest("a"), pace_rules())->is_taken);
}

#define ZTIX_PEERINGDB_STORE_CONTRACT(World)            \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_record, World);   \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_due, World);      \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_followed, World); \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_gone, World);     \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_refused, World);  \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_outage, World);   \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_order, World);    \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_enqueue, World);  \
  TEST_CASE_TEMPLATE_INVOKE(peeringdb_fenced, World);   \
  TEST_CASE_TEMPLATE_INVOKE(pace_gap, World);           \
  TEST_CASE_TEMPLATE_INVOKE(pace_repeat, World);        \
  TEST_CASE_TEMPLATE_INVOKE(pace_pause, World)

}  // namespace ztix::test
