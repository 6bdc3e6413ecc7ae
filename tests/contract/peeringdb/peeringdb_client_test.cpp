#include "core/peeringdb/peeringdb_client.h"

#include "tests/contract/peeringdb/peeringdb_directory_contract.h"
#include "tests/contract/peeringdb/simulated_peeringdb.h"
#include "tests/support/fake_clock.h"
#include "tests/support/fake_query_pace.h"

namespace ztix::test {

/// The client over HTTP to the lab's simulator; only waiting is not real.
struct ClientDirectoryWorld {
  explicit ClientDirectoryWorld(const std::string& key = {})
      : client({pdb.fetcher(), pace, clock}, {pdb.api_url(), SecretString(key), "noc@ix.example"}) {}

  service::PeeringDbDirectory& directory() { return client; }
  void know(const service::PeeringDbEntry& entry) {
    const int id = ++networks;
    pdb.document["net"].push_back({{"id", id},
                                   {"asn", entry.asn.number()},
                                   {"name", entry.name},
                                   {"aka", entry.aka},
                                   {"irr_as_set", "RIPE::AS-EXAMPLE,AS64496:AS-X by the way"},
                                   {"info_prefixes4", *entry.prefixes_v4},
                                   {"info_prefixes6", nullptr},
                                   {"info_ipv6", entry.ipv6},
                                   {"info_never_via_route_servers", entry.never_via_route_servers},
                                   {"policy_general", entry.policy},
                                   {"policy_url", entry.policy_url},
                                   {"website", entry.website},
                                   {"notes", "nobody asks for this"}});
    for (int exchange = 0; exchange < entry.exchanges; ++exchange) {
      pdb.document["netixlan"].push_back({{"id", 10 * id + exchange},
                                          {"net_id", id},
                                          {"ix_id", exchange + 1},
                                          {"is_rs_peer", exchange < entry.route_server_exchanges},
                                          {"operational", true}});
    }
    for (const auto& contact : entry.contacts) {
      pdb.document["poc"].push_back({{"id", id},
                                     {"net_id", id},
                                     {"visible", "Public"},
                                     {"role", contact.role},
                                     {"name", contact.name},
                                     {"email", contact.email},
                                     {"phone", contact.phone}});
    }
    pdb.publish();
  }
  void malform(domain::Asn asn) {
    for (auto& net : pdb.document["net"]) {
      if (net["asn"] == asn.number()) net["name"] = 7;
    }
    pdb.publish();
  }
  void fail() { pdb.break_all("server_error"); }
  void throttle() { pdb.break_all("rate_limited"); }
  void heal() {
    pdb.break_all("");
    clock.advance(2min);
  }

  int networks = 0;
  SimulatedPeeringDb pdb;
  FakeClock clock;
  FakeQueryPace pace{[this] { return clock.now(); }};
  peeringdb::Client client;
};

ZTIX_PEERINGDB_DIRECTORY_CONTRACT(ClientDirectoryWorld);

TEST_CASE("The client takes nothing from an answer that is no JSON, leads elsewhere or is an error") {
  ClientDirectoryWorld world;
  world.know(pdb_entry(64496));
  std::uint64_t stranger = 65'000;  // so that no query is the same as another
  for (const char* object : {"net", "netixlan", "poc"}) {
    for (const char* fault : {"not_json", "redirect", "server_error"}) {
      CAPTURE(object);
      CAPTURE(fault);
      world.pdb.break_one(object, fault);
      world.clock.advance(2min);
      const auto answer = world.directory().look_up({pdb_asn(64496), pdb_asn(++stranger)});
      REQUIRE_FALSE(answer);
      CHECK(is_transient(answer.error().code));
    }
  }
}

TEST_CASE("The client gives up an answer of more than 1 MB without reading it to the end") {
  ClientDirectoryWorld world;
  world.know(pdb_entry(64496));
  world.pdb.break_one("net", "huge");
  const auto answer = world.directory().look_up({pdb_asn(64496)});
  REQUIRE(answer);
  CHECK(answer->refused.contains(pdb_asn(64496)));
}

TEST_CASE("The client waits five seconds for an answer and no longer") {
  ClientDirectoryWorld world;
  world.pdb.break_one("net", "time_out");
  const auto started = std::chrono::steady_clock::now();
  CHECK(world.directory().look_up({pdb_asn(64496)}).error().code == ErrorCode::timeout);
  const auto took = std::chrono::steady_clock::now() - started;
  CHECK(took >= 5s);
  CHECK(took < 8s);
  world.pdb.break_all("");
}

TEST_CASE("With a key the client sees contacts that are for users; a key that is not known is refused") {
  for (const auto& [key, contacts] : {std::pair{"", 1}, {"the-key", 2}}) {
    ClientDirectoryWorld world(key);
    world.know(pdb_entry(64496));
    world.pdb.document["poc"].push_back(
        {{"id", 9}, {"net_id", 1}, {"visible", "Users"}, {"role", "Policy"}, {"name", "Nora"}});
    world.pdb.document["poc"].push_back(
        {{"id", 10}, {"net_id", 1}, {"visible", "Private"}, {"role", "Abuse"}, {"name", "Ann"}});
    world.pdb.publish();
    CHECK(world.directory().look_up({pdb_asn(64496)})->entries.at(0).contacts.size() == std::size_t(contacts));
  }
  ClientDirectoryWorld world("another-key");
  CHECK(world.directory().look_up({pdb_asn(64496)}).error().code == ErrorCode::unauthenticated);
}

TEST_CASE("The client says who it is and asks for no more fields than it reads") {
  ClientDirectoryWorld world;
  world.know(pdb_entry(64496));
  REQUIRE(world.directory().look_up({pdb_asn(64496)}));
  const auto queries = world.pdb.queries();
  REQUIRE(queries.size() == 3);
  for (const auto& query : queries) {
    CHECK(query.at("user_agent") == "ZTIX/0.1.0 (noc@ix.example)");
    CHECK_FALSE(query.at("query").at("fields").get<std::string>().empty());
    CHECK(query.at("query").at("fields").get<std::string>().find("notes") == std::string::npos);
  }
}

TEST_CASE("The simulated PeeringDB refuses the 21st query of a minute without a key, and says how long") {
  SimulatedPeeringDb pdb;
  http::Request request;
  for (int i = 1; i <= 21; ++i) {
    request.url = pdb.api_url() + "/net?asn__in=" + std::to_string(i);
    const auto reply = pdb.fetcher().fetch(request);
    REQUIRE(reply);
    CHECK(reply->status == (i <= 20 ? 200 : 429));
    if (i == 21) {
      CHECK(reply->retry_after >= 1s);
      CHECK(reply->retry_after <= 60s);
    }
  }
  request.secret_headers.push_back({"Authorization", SecretString("Api-Key the-key")});
  CHECK(pdb.fetcher().fetch(request)->status == 200);
}

TEST_CASE(
    "The simulated PeeringDB refuses the third same query of a minute, and the second of an hour when it is large") {
  SimulatedPeeringDb pdb;
  for (int i = 0; i < 200; ++i) {
    pdb.document["net"].push_back({{"id", i}, {"asn", 1'000}, {"name", std::string(600, 'x')}});
  }
  pdb.document["net"].push_back({{"id", 900}, {"asn", 2'000}, {"name", "small"}});
  pdb.publish();
  const auto status = [&pdb](const std::string& asn) {
    http::Request request;
    request.url = pdb.api_url() + "/net?asn=" + asn;
    return pdb.fetcher().fetch(request).value();
  };
  CHECK(status("2000").status == 200);
  CHECK(status("2000").status == 200);
  CHECK(status("2000").status == 429);
  CHECK(status("1000").status == 200);
  const auto again = status("1000");
  CHECK(again.status == 429);
  CHECK(again.retry_after > 3'500s);
}

}  // namespace ztix::test
