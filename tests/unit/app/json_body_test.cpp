#include "app/http/json_body.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::app {
namespace {

std::string reason(std::string_view text) {
  const auto body = JsonBody::parse(text);
  return body ? "" : body.error().reason;
}

TEST_CASE("A body is one flat JSON object, or nothing") {
  CHECK(JsonBody::parse(""));
  CHECK(JsonBody::parse("{}"));
  CHECK(JsonBody::parse(" {\"a\": 1}\n"));
  for (const std::string_view bad : {"[]", "1", "null", "\"a\"", "{", "{}x", "{} {}", "{'a':1}", "{\"a\":1,}",
                                     "{\"a\":\"\xc3\"}", "{\"a\":\"\\ud800\"}", "\xff", "{\"a\":NaN}", "{\"a\":01}"}) {
    CHECK_MESSAGE(reason(bad) == "bad_json", bad);
  }
}

TEST_CASE("Keys that come twice are refused, also when they are spelt differently or lie deeper") {
  CHECK(reason(R"({"a":1,"a":2})") == "duplicate_key");
  CHECK(reason(R"({"a":1,"\u0061":2})") == "duplicate_key");
  CHECK(reason(R"({"x":{"a":1,"a":2}})") == "duplicate_key");
  CHECK(reason(R"({"x":{"a":1},"a":2})").empty());
  CHECK(reason(R"([{"a":1},{"a":2}])") == "bad_json");
}

TEST_CASE("NUL is refused in every spelling and place") {
  CHECK(reason(R"({"a":"x\u0000y"})") == "nul_character");
  CHECK(reason(R"({"a\u0000":1})") == "nul_character");
  CHECK(reason(R"({"a":["\u0000"]})") == "nul_character");
  CHECK(reason(std::string_view("{\"a\":\"\0\"}", 9)) == "nul_character");
}

TEST_CASE("Depth is bounded, and a very deep text does not hurt") {
  CHECK(reason(R"({"a":)" + std::string(9, '[') + std::string(9, ']') + "}") == "nested_too_deep");
  CHECK(reason(std::string(60'000, '[')) == "bad_json");
  CHECK(reason("{\"a\":" + std::string(30'000, '[') + std::string(30'000, ']') + "}") == "nested_too_deep");
}

TEST_CASE("Fields have exactly one type, and the error names the field") {
  auto body = JsonBody::parse(R"({"t":"x","n":7,"f":true,"z":null,"neg":-1,"d":7.0})").value();
  CHECK(body.text("t").value() == "x");
  CHECK(body.number("n").value() == 7);
  CHECK(body.optional_flag("f").value() == true);
  CHECK(body.optional_text("z").value() == std::nullopt);
  CHECK(body.optional_flag("absent").value() == std::nullopt);
  CHECK(body.text("n").error().reason == "wrong_type");
  CHECK(body.number("t").error().reason == "wrong_type");
  CHECK(body.number("neg").error().reason == "wrong_type");
  CHECK(body.number("d").error().reason == "wrong_type");
  CHECK(body.optional_flag("n").error().reason == "wrong_type");
  const auto missing = body.text("absent").error();
  CHECK(missing.reason == "missing_field");
  CHECK(missing.facts.front() == std::pair<std::string, std::string>("field", "absent"));
}

TEST_CASE("A field nobody asked for is refused at the end") {
  auto body = JsonBody::parse(R"({"a":"1","admin":true})").value();
  CHECK(body.text("a"));
  CHECK(body.finish().error().reason == "unknown_field");
  CHECK(body.optional_flag("admin"));
  CHECK(body.finish());
}

}  // namespace
}  // namespace ztix::app
