#include "core/peeringdb/peeringdb_client.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "tests/support/fake_clock.h"
#include "tests/support/fake_http_fetcher.h"
#include "tests/support/fake_query_pace.h"

using namespace ztix;
using namespace std::chrono_literals;
using peeringdb::Client;
using peeringdb::ClientOptions;

namespace {

domain::Asn asn(std::uint64_t number) { return domain::Asn::from_number(number).value(); }

std::vector<domain::Asn> many(std::size_t count) {
  std::vector<domain::Asn> asns;
  for (std::size_t i = 0; i < count; ++i) asns.push_back(asn(64496 + i * 1'000));
  return asns;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A PeeringDB that knows AS64496, the client, and a clock that only they move.
struct ClientWorld {
  explicit ClientWorld(ClientOptions with = {}) : options(std::move(with)) {}

  Result<http::Reply> answer(const http::Request& request) {
    asked_at.push_back(clock.now());
    if (failure) return *failure;
    if (has(request.url, "/net?")) return next;
    return http::Reply{200, "application/json", R"({"data": []})"};
  }
  Result<service::PeeringDbAnswer> look_up(const std::vector<domain::Asn>& asns) { return client.look_up(asns); }

  ClientOptions options;
  http::Reply next{200, "application/json", R"({"data": [{"id": 7, "asn": 64496, "name": "Example"}]})"};
  std::optional<Error> failure;
  std::vector<Timestamp> asked_at;
  test::FakeClock clock;
  test::FakeQueryPace pace{[this] { return clock.now(); }};
  test::FakeHttpFetcher fetcher{[this](const http::Request& request) { return answer(request); }};
  Client client{{fetcher, pace, clock}, options};
};

}  // namespace

TEST_CASE("The client asks for networks, their ports and their contacts, and says who it is") {
  ClientWorld world({"https://pdb.example/api/", SecretString(), "noc@ix.example"});
  const auto answer = world.look_up({asn(64496), asn(64497)});
  REQUIRE(answer);
  CHECK(answer->asked.size() == 2);
  REQUIRE(answer->entries.size() == 1);
  REQUIRE(world.fetcher.requests.size() == 3);
  const auto& request = world.fetcher.requests[0];
  CHECK(request.url.starts_with("https://pdb.example/api/net?asn__in=64496,64497&fields=id,asn,name,"));
  CHECK(has(world.fetcher.requests[1].url, "/netixlan?asn__in=64496,64497&"));
  CHECK(has(world.fetcher.requests[2].url, "/poc?net_id__in=7&"));
  CHECK(request.secret_headers.empty());
  CHECK(request.timeout == 5s);
  CHECK(request.largest_body == 1'000'000);
  const auto agent = std::find_if(request.headers.begin(), request.headers.end(),
                                  [](const auto& header) { return header.name == "User-Agent"; });
  REQUIRE(agent != request.headers.end());
  CHECK(agent->value == "ZTIX/0.1.0 (noc@ix.example)");
}

TEST_CASE("The client sends its key as a secret and asks faster with it") {
  for (const auto& [key, gap] : {std::pair{"", 3'200ms}, {"the-key", 2'100ms}}) {
    ClientWorld world({"https://pdb.example/api", SecretString(key), ""});
    REQUIRE(world.look_up({asn(64496)}));
    CHECK(world.asked_at[1] - world.asked_at[0] == gap);
    CHECK(world.asked_at[2] - world.asked_at[1] == gap);
    for (const auto& request : world.fetcher.requests) {
      CHECK(request.secret_headers.size() == (*key == '\0' ? 0U : 1U));
      if (*key != '\0') CHECK(request.secret_headers[0].value.expose() == "Api-Key the-key");
    }
  }
}

TEST_CASE("However fast it is called, the client sends at most 20 queries a minute without a key and 40 with one") {
  for (const auto& [key, most] : {std::pair{"", 20}, {"the-key", 40}}) {
    ClientWorld world({"https://pdb.example/api", SecretString(key), ""});
    for (std::uint64_t i = 0; i < 50; ++i) {
      world.next.body = R"({"data": []})";
      const auto answer = world.look_up({asn(1'000 + i)});
      REQUIRE(answer);
      if (answer->wait) world.clock.advance(*answer->wait);
    }
    REQUIRE(world.asked_at.size() >= 41);
    for (std::size_t i = 0; i < world.asked_at.size(); ++i) {
      const auto in_a_minute =
          std::count_if(world.asked_at.begin() + static_cast<std::ptrdiff_t>(i), world.asked_at.end(),
                        [&](Timestamp at) { return at - world.asked_at[i] < 60s; });
      CHECK(in_a_minute <= most);
      if (i > 0) CHECK(world.asked_at[i] - world.asked_at[i - 1] >= 2s);
    }
  }
}

TEST_CASE("Without a key the same query is repeated after half a minute, a large one after an hour") {
  ClientWorld world;
  REQUIRE(world.look_up({asn(64496)})->entries.size() == 1);
  world.clock.advance(15s);
  const auto again = world.look_up({asn(64496)});
  CHECK(again->wait > 5s);
  CHECK(world.fetcher.requests.size() == 3);
  world.clock.advance(*again->wait);
  CHECK(world.look_up({asn(64496)})->entries.size() == 1);
  world.next.body = R"({"data": []})" + std::string(100'000, ' ');
  REQUIRE(world.look_up({asn(64497)}));
  world.clock.advance(30min);
  CHECK(world.look_up({asn(64497)})->wait > 29min);
}

TEST_CASE("429 is obeyed by everybody for as long as it says, a minute when it does not say, at most an hour") {
  for (const auto& [said, kept] : {std::pair{40s, 40s}, {0s, 60s}, {86'400s, 3'600s}}) {
    ClientWorld world;
    world.next = {429, "application/json", R"({"message": "throttled"})", said};
    CHECK(world.look_up({asn(64496)})->wait == kept);
    CHECK(world.fetcher.requests.size() == 1);
    // Another worker, with another question.
    Client other({world.fetcher, world.pace, world.clock}, world.options);
    CHECK(other.look_up({asn(64499)})->wait == kept);
    CHECK(world.fetcher.requests.size() == 1);
    world.clock.advance(kept);
    REQUIRE(other.look_up({asn(64499)}));
    CHECK(world.fetcher.requests.size() == 2);
  }
}

TEST_CASE("The client names at most 150 networks in a query, and never none") {
  ClientWorld world;
  CHECK(world.look_up({}).error().code == ErrorCode::invalid_argument);
  CHECK(world.look_up(many(151)).error().code == ErrorCode::invalid_argument);
  CHECK(world.fetcher.requests.empty());
  CHECK(world.look_up(many(150))->asked.size() == 150);
}

TEST_CASE("An answer that is too large is asked for again with half of the networks; one alone is given up") {
  ClientWorld world;
  world.failure = fail(ErrorCode::upstream, "larger").with_reason("too_large");
  const auto alone = world.look_up({asn(64496)});
  REQUIRE(alone);
  CHECK(alone->refused.contains(asn(64496)));
  world.clock.sleep_for(1min);
  world.clock.while_asleep = [&world] {
    if (world.fetcher.requests.size() == 3) world.failure.reset();
  };
  const auto half = world.look_up(many(8));
  REQUIRE(half);
  CHECK(half->asked == many(2));
}

TEST_CASE("A refused key is named as such; any other answer than 200 is none") {
  for (const int status : {401, 403}) {
    ClientWorld world;
    world.next.status = status;
    const auto error = world.look_up({asn(64496)}).error();
    CHECK(error.code == ErrorCode::unauthenticated);
    CHECK(has(error.message, "PEERINGDB_API_KEY_FILE"));
  }
  for (const int status : {204, 301, 404, 500, 503}) {
    ClientWorld world;
    world.next.status = status;
    CHECK(world.look_up({asn(64496)}).error().code == ErrorCode::upstream);
  }
}
