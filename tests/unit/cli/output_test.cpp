#include "cli/output.h"

#include <sstream>
#include <stdexcept>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "cli/account_input.h"
#include "cli/remedies.h"

namespace ztix::cli {
namespace {

TEST_CASE("a table's columns are as wide as their widest cell, and no line ends in spaces") {
  Table table({"NAME", "N"});
  table.add({"a", "10"});
  table.add({"longer", "2"});
  std::ostringstream out;
  table.print(out);
  CHECK(out.str() == "NAME    N\na       10\nlonger  2\n");
}

TEST_CASE("a row with another number of cells is a bug") {
  Table table({"NAME", "N"});
  CHECK_THROWS_AS(table.add({"a"}), std::logic_error);
}

TEST_CASE("what may succeed later ends with 75 and everything else with 1") {
  CHECK(exit_code(fail(ErrorCode::unavailable, "")) == kTryLater);
  CHECK(exit_code(fail(ErrorCode::timeout, "")) == kTryLater);
  CHECK(exit_code(fail(ErrorCode::conflict, "")) == kFailed);
  CHECK(exit_code(fail(ErrorCode::invalid_argument, "")) == kFailed);
  CHECK(exit_code(fail(ErrorCode::internal, "")) == kFailed);
}

TEST_CASE("an error is printed with its facts and never with its detail") {
  const auto error =
      fail(ErrorCode::conflict, "It is taken.").with_reason("taken").with_fact("field", "name").with_detail("SECRET");
  std::ostringstream out;
  print_error(out, error);
  CHECK(out.str() == "ztix: It is taken.\n  field: name\n");
  const auto envelope = error_envelope(error);
  CHECK(envelope.at("error").at("code") == "taken");
  CHECK(envelope.at("error").at("details").at("field") == "name");
  CHECK(envelope.dump().find("SECRET") == std::string::npos);
}

TEST_CASE("the code of an error without a reason is its general one") {
  CHECK(error_envelope(fail(ErrorCode::not_found, "No.")).at("error").at("code") == "not_found");
}

TEST_CASE("a remedy is added where one is known, and none replaces the one that is there") {
  const auto known = with_remedy(fail(ErrorCode::not_found, "No.").with_reason("unknown_network"));
  REQUIRE(known.facts.size() == 1);
  CHECK(known.facts[0].first == "remedy");
  CHECK(known.facts[0].second.find("ztix network list") != std::string::npos);
  const auto own =
      with_remedy(fail(ErrorCode::not_found, "No.").with_reason("unknown_network").with_fact("remedy", "Do this."));
  REQUIRE(own.facts.size() == 1);
  CHECK(own.facts[0].second == "Do this.");
  CHECK(with_remedy(fail(ErrorCode::internal, "No.")).facts.empty());
}

TEST_CASE("checks are one line each, and a failed one is followed by its remedy") {
  const auto checks = nlohmann::json::parse(
      R"([{"name":"a","ok":true,"message":"fine","remedy":""},{"name":"b","ok":false,"message":"bad","remedy":"Do."}])");
  std::ostringstream out;
  print_checks(out, checks);
  CHECK(out.str() == "ok      a: fine\nFAILED  b: bad\n        Do.\n");
}

TEST_CASE("an account as JSON has no secret in it") {
  service::User user;
  user.username = "alice";
  user.roles = {domain::Role::admin};
  user.asns = {{domain::Asn::from_number(64500).value(), "cli"}};
  const auto document = user_json(user);
  CHECK(document.at("username") == "alice");
  CHECK(document.at("roles") == nlohmann::json({"admin"}));
  CHECK(document.at("asns") == nlohmann::json({64500}));
  CHECK(document.size() == 8);
}

}  // namespace
}  // namespace ztix::cli
