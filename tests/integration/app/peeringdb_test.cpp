/// What people are shown of PeeringDB.

#include <doctest/doctest.h>

#include "core/store/job_store.h"
#include "core/store/peeringdb_store.h"
#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

bool has(const Reply& reply, const std::string& text) { return reply.body.find(text) != std::string::npos; }

struct PeeringDbAppWorld : AppWorld {
  /// As a worker writes it down after it has asked.
  void answered(const std::vector<service::PeeringDbEntry>& entries) {
    const auto id =
        jobs.enqueue({service::kPeeringDbRefresh, service::kPeeringDbSubject, 0, 2, std::chrono::milliseconds(0), ""})
            .value();
    const auto job = jobs.claim_one("w1", std::chrono::seconds(60), id).value().value();
    REQUIRE(store.record(job, {{asn(64496), asn(64497)}, entries, {}, std::nullopt}));
    REQUIRE(jobs.finish(job, {}));
  }
  static domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }
  static service::PeeringDbEntry entry() {
    service::PeeringDbEntry said(asn(64496));
    said.name = "Example <b>Net</b>";
    said.as_sets = domain::parse_as_sets("AS-EXAMPLE@RIPE");
    said.prefixes_v4 = 20;
    said.never_via_route_servers = true;
    said.policy = "Selective";
    said.exchanges = 7;
    said.contacts = {{"NOC", "Desk", "noc@example.net", ""}};
    return said;
  }

  store::Database worker{database.settings("ztix_worker")};
  store::PgJobStore jobs{worker};
  store::PgPeeringDbStore store{worker};
};

TEST_CASE("GET onboarding/context tells for each ASN what PeeringDB says, how old it is, and keeps contacts back") {
  PeeringDbAppWorld world;
  const auto alice = world.browser("alice");
  auto asns = world.send_as(alice, "GET", "/api/v1/onboarding/context").data().at("asns");
  REQUIRE(asns.size() == 2);
  CHECK(asns[0].at("peeringdb").at("status") == "unknown");
  CHECK(asns[0].at("peeringdb").at("entry").is_null());
  world.answered({PeeringDbAppWorld::entry()});
  const auto reply = world.send_as(alice, "GET", "/api/v1/onboarding/context");
  asns = reply.data().at("asns");
  CHECK(asns[0].at("asn") == 64496);
  const auto& known = asns[0].at("peeringdb");
  CHECK(known.at("status") == "known");
  CHECK(known.at("age_seconds").get<int>() < 60);
  CHECK(known.at("entry").at("name") == "Example <b>Net</b>");
  CHECK(known.at("entry").at("as_sets") == json{"RIPE::AS-EXAMPLE"});
  CHECK(known.at("entry").at("prefixes") == json{{"ipv4", 20}, {"ipv6", nullptr}});
  CHECK(known.at("missing").empty());
  CHECK_FALSE(has(reply, "noc@example.net"));
  CHECK(asns[1].at("peeringdb").at("status") == "absent");
}

TEST_CASE("Whoever decides sees what the member would bring, and is told plainly when nothing is known") {
  PeeringDbAppWorld world;
  const auto id = world.new_request(world.browser("alice"))["id"].get<std::string>();
  const auto auditor = world.browser("auditor");
  const auto page = "/admin/requests/" + id;
  CHECK(has(world.send_as(auditor, "GET", page), "Nothing is known about AS64496 yet"));
  CHECK(world.send_as(auditor, "GET", "/api/v1" + page).data().at("peeringdb").at("status") == "unknown");
  world.answered({PeeringDbAppWorld::entry()});
  const auto shown = world.send_as(auditor, "GET", page);
  for (const char* text : {"As PeeringDB said less than a minute ago.", "Example &lt;b&gt;Net&lt;/b&gt;",
                           "RIPE::AS-EXAMPLE", "IPv4 20, IPv6 not said", "Selective", "7, with the route servers of 0",
                           "noc@example.net", "never be seen via route servers"}) {
    CAPTURE(text);
    CHECK(has(shown, text));
  }
  const auto known = world.send_as(auditor, "GET", "/api/v1" + page).data().at("peeringdb");
  CHECK(known.at("entry").at("contacts").at(0).at("email") == "noc@example.net");
  CHECK(known.at("entry").at("never_via_route_servers") == true);
  world.answered({});
  CHECK(has(world.send_as(auditor, "GET", page), "PeeringDB no longer has an entry for AS64496"));
  CHECK(has(world.send_as(auditor, "GET", page), "RIPE::AS-EXAMPLE"));
}

TEST_CASE("The owner of a request is not shown the contacts that PeeringDB gave us") {
  PeeringDbAppWorld world;
  const auto alice = world.browser("alice");
  const auto id = world.new_request(alice)["id"].get<std::string>();
  world.answered({PeeringDbAppWorld::entry()});
  CHECK_FALSE(has(world.send_as(alice, "GET", "/api/v1/requests/" + id), "noc@example.net"));
  CHECK_FALSE(has(world.send_as(alice, "GET", "/requests/" + id), "noc@example.net"));
}

}  // namespace
}  // namespace ztix::test
