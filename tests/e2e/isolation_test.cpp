#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

std::int64_t membership_of(Lab& lab, const json& request) {
  return lab.sql("SELECT membership FROM request WHERE id = $1::uuid", {Lab::id(request)})
      .one()
      .get<std::int64_t>("membership");
}

bool is_published(Lab& lab, const json& request) {
  const auto id = std::to_string(membership_of(lab, request));
  return !lab.sql("SELECT FROM config_object WHERE kind = 'membership' AND subject = $1 AND to_revision IS NULL", {id})
              .empty();
}

/// An object that renders and that BIRD refuses: a neighbour without address. History cannot be rewritten, except by
/// who owns the table and switches the guard off.
void poison(Lab& lab, const json& request) {
  lab.sql("ALTER TABLE config_object DISABLE TRIGGER config_object_only_ends");
  lab.sql(
      "UPDATE config_object SET content = jsonb_set(content, '{ipv6}', '\"::\"') "
      "WHERE kind = 'membership' AND subject = $1 AND to_revision IS NULL",
      {std::to_string(membership_of(lab, request))});
  lab.sql("ALTER TABLE config_object ENABLE TRIGGER config_object_only_ends");
}

}  // namespace

TEST_CASE("One poisoned member is held with file, line and name, and the three others become active") {
  auto& lab = Lab::instance();
  Stopped first(lab, "rs1", "sshd");
  Stopped second(lab, "rs2", "sshd");
  std::vector<json> requests;
  for (int i = 0; i < 4; ++i) {
    requests.push_back(lab.request(lab.new_operator()));
    lab.approve(requests.back());
  }
  for (const auto& request : requests) REQUIRE(eventually(20s, [&] { return is_published(lab, request); }));
  poison(lab, requests[1]);
  first.start();
  second.start();
  for (const std::size_t good : {0U, 2U, 3U}) CHECK(lab.becomes(requests[good], "active", 40s));
  CHECK(lab.becomes(requests[1], "failed", 20s));
  const auto held = lab.sql("SELECT held_file, held_line, held_message FROM membership WHERE id = $1 AND held",
                            {membership_of(lab, requests[1])})
                        .at_most_one();
  REQUIRE(held);
  CHECK(held->get<std::string>("held_file").find("object-") != std::string::npos);
  CHECK(held->get<std::int64_t>("held_line") > 0);
  CHECK(lab.show(requests[1]).dump().find("AS" + requests[1].at("asn").dump()) != std::string::npos);
  for (const std::string server : {"rs1", "rs2"}) {
    const auto text = lab.birdc(server, "show protocols");
    CHECK(text.find("as" + requests[1].at("asn").dump() + "_") == std::string::npos);
  }
}

TEST_CASE("With a full IPv4 pool a request with IPv4 waits and says so, one without becomes active") {
  auto& lab = Lab::instance();
  // The pool shrinks to nothing that is free, and gets its size back.
  const auto pool = lab.sql("SELECT number, host(pool_first) AS first, host(pool_last) AS last FROM network").one();
  const auto last = pool.get<std::string>("last");
  lab.sql("UPDATE network SET pool_last = pool_first WHERE number = $1", {pool.get<std::int64_t>("number")});
  const auto with = lab.request(lab.new_operator(), true);
  const auto without = lab.request(lab.new_operator(), false);
  lab.approve(with);
  lab.approve(without);
  CHECK(lab.becomes(without, "active", 30s));
  CHECK(lab.show(without).at("addresses").at("ipv4").is_null());
  CHECK(eventually(30s, [&] {
    return lab.ztix({"request", "show", Lab::id(with)}).at("waiting_for") == "ipv4_pool_exhausted";
  }));
  CHECK(lab.status(with) == "approved");
  lab.sql("UPDATE network SET pool_last = $2::inet WHERE number = $1", {pool.get<std::int64_t>("number"), last});
  CHECK(lab.becomes(with, "active", 40s));
}
