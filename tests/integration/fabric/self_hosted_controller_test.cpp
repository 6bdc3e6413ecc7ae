/// @file tests/integration/fabric/self_hosted_controller_test.cpp
/// What only the self-hosted controller does: wrong identity, odd replies, lost replies, records spoilt by others.

#include "core/fabric/self_hosted_controller.h"

#include <string>

#include <doctest/doctest.h>

#include "core/http/curl_http_fetcher.h"
#include "lab/controller/simulator.h"
#include "tests/contract/fabric/temporary_folder.h"
#include "tests/support/fake_http_fetcher.h"

namespace ztix::fabric {

namespace {

using lab::controller::FaultPlan;
using lab::controller::Simulator;
using lab::controller::SimulatorOptions;

const service::MayWrite kYes = [] { return true; };
constexpr const char* kSecret = "  token-of-the-test-24-ch\n";

/// A controller with one wanted network, and an adapter whose requests are counted and can be diverted.
struct Bench {
  Bench()
      : simulator(options()),
        url("http://127.0.0.1:" + std::to_string(simulator.port())),
        curl({{url}, {}}),
        fetcher([this](const http::Request& request) {
          if (!divert.empty() && request.url.find(divert) != std::string::npos) return Result<http::Reply>(diverted);
          auto reply = curl.fetch(request);
          if (!lose_reply_of_post || request.method != "POST") return reply;
          lose_reply_of_post = false;
          return Result<http::Reply>(fail(ErrorCode::unavailable, "The connection broke."));
        }),
        controller(fetcher, {url, SecretString(simulator.home().auth_token + "\n"), std::chrono::milliseconds(500),
                             Verification{4, std::chrono::milliseconds(0), [](std::chrono::milliseconds) {}}}),
        wanted{id("000001"), "LAN", {*Prefix::parse("192.0.2.0/24")}} {
    REQUIRE(controller.ensure_network(wanted, true, kYes).has_value());
    fetcher.requests.clear();
  }

  [[nodiscard]] domain::ZtNetworkId id(const std::string& number) const {
    return *domain::ZtNetworkId::parse(simulator.home().address + number);
  }

  Result<service::FabricMember> authorize(const char* address = "192.0.2.10") {
    return controller.authorize(wanted.id, member, {*IpAddress::parse(address)}, kYes);
  }

  /// A write by somebody else.
  void meddle(const std::string& path, const std::string& body) {
    http::Request request;
    request.method = "POST";
    request.url = url + path;
    request.body = body;
    request.secret_headers.push_back({"X-ZT1-Auth", SecretString(simulator.home().auth_token)});
    REQUIRE(curl.fetch(request).value().status == 200);
  }

  test::TemporaryFolder home;
  Simulator simulator;
  std::string url;
  http::CurlHttpFetcher curl;
  std::string divert;
  http::Reply diverted;
  bool lose_reply_of_post = false;  ///< once
  test::FakeHttpFetcher fetcher;
  SelfHostedController controller;
  service::WantedNetwork wanted;
  domain::NodeId member = *domain::NodeId::parse("a1b2c3d4e5");

 private:
  [[nodiscard]] SimulatorOptions options() const {
    SimulatorOptions result;
    result.home = home.path();
    return result;
  }
};

template <class Value>
ErrorCode code_of(const Result<Value>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

}  // namespace

TEST_CASE("One state is one POST with everything in it") {
  Bench at;
  REQUIRE(at.authorize().has_value());
  CHECK(at.fetcher.count("POST") == 1);
  for (const auto& request : at.fetcher.requests) {
    if (request.method == "POST") {
      CHECK(request.body.find("\"authorized\":true") != std::string::npos);
      CHECK(request.body.find("\"ipAssignments\":[\"192.0.2.10\"]") != std::string::npos);
      CHECK(request.body.find("\"noAutoAssignIps\":true") != std::string::npos);
    }
  }
}

TEST_CASE("A network of another controller is refused before anything is written") {
  Bench at;
  const auto foreign = *domain::ZtNetworkId::parse("1234567890000001");
  // The controller would accept it: anybody may have stored such a network here.
  at.meddle("/controller/network/" + foreign.text(), R"({"name":"foreign"})");
  auto wanted = at.wanted;
  wanted.id = foreign;
  CHECK(code_of(at.controller.authorize(foreign, at.member, {*IpAddress::parse("192.0.2.10")}, kYes)) ==
        ErrorCode::forbidden);
  CHECK(code_of(at.controller.deauthorize(foreign, at.member, kYes)) == ErrorCode::forbidden);
  CHECK(code_of(at.controller.ensure_network(wanted, true, kYes)) == ErrorCode::forbidden);
  CHECK(at.fetcher.count("POST") == 0);
  const auto readiness = at.controller.readiness({at.wanted, wanted});
  REQUIRE_FALSE(readiness.ready());
  CHECK(readiness.checks[3].name == "address_matches_network");
  CHECK_FALSE(readiness.checks[3].ok);
  CHECK(readiness.checks[3].message.find(at.simulator.home().address) != std::string::npos);
}

TEST_CASE("A member that somebody made a bridge or gave tags is brought back") {
  Bench at;
  REQUIRE(at.authorize().has_value());
  const std::string path = "/controller/network/" + at.wanted.id.text() + "/member/" + at.member.text();
  SUBCASE("bridge") { at.meddle(path, R"({"activeBridge":true})"); }
  SUBCASE("tags") { at.meddle(path, R"({"tags":[[1,2]]})"); }
  SUBCASE("capabilities") { at.meddle(path, R"({"capabilities":[1]})"); }
  SUBCASE("automatic addresses") { at.meddle(path, R"({"noAutoAssignIps":false})"); }
  SUBCASE("another address") { at.meddle(path, R"({"ipAssignments":["192.0.2.10","192.0.2.11"]})"); }
  at.fetcher.requests.clear();
  REQUIRE(at.authorize().has_value());
  CHECK(at.fetcher.count("POST") == 1);
  at.fetcher.requests.clear();
  REQUIRE(at.authorize().has_value());
  CHECK(at.fetcher.count("POST") == 0);
}

TEST_CASE("A member whose node has asked is seen, and keeps the address the exchange gave it") {
  Bench at;
  at.meddle(
      "/controller/network/" + at.wanted.id.text(),
      R"({"v4AssignMode":{"zt":true},"ipAssignmentPools":[{"ipRangeStart":"192.0.2.100","ipRangeEnd":"192.0.2.200"}]})");
  REQUIRE(at.authorize().has_value());
  REQUIRE(at.simulator.node_asks(std::stoull(at.wanted.id.text(), nullptr, 16), 0xa1b2c3d4e5));
  const auto members = at.controller.list_members(at.wanted.id);
  REQUIRE(members.has_value());
  REQUIRE(members->size() == 1);
  CHECK(members->front().seen);
  CHECK(members->front().addresses == std::vector<IpAddress>{*IpAddress::parse("192.0.2.10")});
}

TEST_CASE("A reply that is lost after the write costs a second try but no second write") {
  Bench at;
  REQUIRE(at.authorize().has_value());
  at.lose_reply_of_post = true;
  CHECK(code_of(at.authorize("192.0.2.11")) == ErrorCode::unavailable);
  at.fetcher.requests.clear();
  CHECK(at.authorize("192.0.2.11").has_value());
  CHECK(at.fetcher.count("POST") == 0);
}

TEST_CASE("A connection that breaks is transient") {
  Bench at;
  FaultPlan plan;
  plan.drop_replies = 1;
  at.simulator.faults().set(plan);
  CHECK(code_of(at.authorize()) == ErrorCode::unavailable);
  CHECK(at.authorize().has_value());
}

TEST_CASE("A controller that answers too late is a time-out") {
  Bench at;
  FaultPlan plan;
  plan.delay = std::chrono::milliseconds(900);
  at.simulator.faults().set(plan);
  CHECK(code_of(at.authorize()) == ErrorCode::timeout);
}

TEST_CASE("Statuses of the controller are told apart") {
  Bench at;
  FaultPlan plan;
  plan.fail_requests = 1;
  ErrorCode expected = ErrorCode::internal;
  SUBCASE("a 500 about JSON is permanent") {
    plan.fail_status = 500;
    plan.fail_body = R"({"error": 500, "description": "[json.exception.type_error.302] type must be string"})";
    expected = ErrorCode::invalid_argument;
  }
  SUBCASE("another 500 is not") { plan.fail_status = 500, expected = ErrorCode::upstream; }
  SUBCASE("503") { plan.fail_status = 503, expected = ErrorCode::unavailable; }
  SUBCASE("429") { plan.fail_status = 429, expected = ErrorCode::rate_limited; }
  SUBCASE("413") { plan.fail_status = 413, expected = ErrorCode::invalid_argument; }
  SUBCASE("403") { plan.fail_status = 403, expected = ErrorCode::forbidden; }
  SUBCASE("rubbish with 200") {
    plan.fail_status = 200;
    plan.fail_body = "<html>a login page</html>";
    expected = ErrorCode::upstream;
  }
  at.simulator.faults().set(plan);
  CHECK(code_of(at.authorize()) == expected);
}

TEST_CASE("Something that is no controller closes the gate") {
  Bench at;
  SUBCASE("/status is something else") { at.divert = "/status", at.diverted = {200, "text/html", "<html>"}; }
  SUBCASE("/status is not there") { at.divert = "/status", at.diverted = {404, "", ""}; }
  SUBCASE("a node without controller") {
    at.divert = "/controller", at.diverted = {200, "application/json", R"({"controller":false})"};
  }
  SUBCASE("a database that is not ready") {
    at.divert = "/controller";
    at.diverted = {200, "application/json", R"({"controller":true,"databaseReady":false})"};
  }
  const auto readiness = at.controller.readiness({at.wanted});
  CHECK_FALSE(readiness.ready());
  CHECK_FALSE(readiness.checks.back().ok);
}

TEST_CASE("Members are listed one by one where there is no list of full records") {
  Bench at;
  REQUIRE(at.authorize().has_value());
  at.divert = "/unstable/";
  at.diverted = {404, "", ""};
  const auto members = at.controller.list_members(at.wanted.id);
  REQUIRE(members.has_value());
  REQUIRE(members->size() == 1);
  CHECK(members->front().node_id == at.member);
}

TEST_CASE("Records of ids no node can have do not disturb the list") {
  Bench at;
  REQUIRE(at.authorize().has_value());
  at.meddle("/controller/network/" + at.wanted.id.text() + "/member/ffffffffff", R"({"authorized":true})");
  const auto members = at.controller.list_members(at.wanted.id);
  REQUIRE(members.has_value());
  CHECK(members->size() == 1);
}

TEST_CASE("A refused token says what to do and does not say the token") {
  Bench at;
  SelfHostedController wrong(at.curl, {at.url, SecretString(kSecret), std::chrono::seconds(5), {}});
  const auto refused = wrong.authorize(at.wanted.id, at.member, {*IpAddress::parse("192.0.2.10")}, kYes);
  CHECK(code_of(refused) == ErrorCode::unauthenticated);
  CHECK(refused.error().message.find("authtoken.secret") != std::string::npos);
  std::string told = refused.error().message + refused.error().detail;
  for (const auto& check : wrong.readiness({at.wanted}).checks) told += check.message + check.remedy;
  CHECK(told.find("token-of-the-test") == std::string::npos);
}

TEST_CASE("What the controller keeps survives its restart with the same address, token and members") {
  const test::TemporaryFolder home;
  SimulatorOptions options;
  options.home = home.path();
  std::string address;
  std::string token;
  const auto list = [&](const Simulator& simulator, bool first) {
    const std::string url = "http://127.0.0.1:" + std::to_string(simulator.port());
    http::CurlHttpFetcher curl({{url}, {}});
    SelfHostedController controller(curl,
                                    {url, SecretString(simulator.home().auth_token), std::chrono::seconds(5), {}});
    const service::WantedNetwork wanted{*domain::ZtNetworkId::parse(simulator.home().address + "000001"), "LAN", {}};
    const auto node = *domain::NodeId::parse("a1b2c3d4e5");
    if (first) {
      REQUIRE(controller.ensure_network(wanted, true, kYes).has_value());
      REQUIRE(controller.authorize(wanted.id, node, {*IpAddress::parse("192.0.2.10")}, kYes).has_value());
    }
    CHECK(controller.readiness({wanted}).ready());
    return controller.list_members(wanted.id).value();
  };
  {
    const Simulator simulator(options);
    address = simulator.home().address;
    token = simulator.home().auth_token;
    CHECK(list(simulator, true).size() == 1);
  }
  const Simulator again(options);
  CHECK(again.home().address == address);
  CHECK(again.home().auth_token == token);
  const auto members = list(again, false);
  REQUIRE(members.size() == 1);
  CHECK(members.front().authorized);
}

}  // namespace ztix::fabric
