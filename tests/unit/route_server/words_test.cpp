#include "route-server/helper/words.h"

#include <string>

#include <doctest/doctest.h>

#include "core/base/text.h"

namespace ztix::helper {
namespace {

const std::string kUs = "11111111-1111-4111-8111-111111111111";

TEST_CASE("a call is verb, installation, fence, arguments and job") {
  const auto call = parse_words("  arm  " + kUs + " 12 abc 60 as1_1_n1_v4 job=J-1 ", false);
  REQUIRE(call.has_value());
  CHECK(call->verb == Verb::arm);
  CHECK(call->verb_name == "arm");
  CHECK(call->installation == kUs);
  CHECK(call->fence == 12);
  CHECK(call->arguments == std::vector<std::string>{"abc", "60", "as1_1_n1_v4"});
  CHECK(call->job == "J-1");
  CHECK(parse_words("status " + kUs + " 0", false)->job == "-");
}

TEST_CASE("each word that is wrong is named by its kind, and never repeated") {
  const auto refusal = [](const std::string& words, bool is_serving = false) {
    const auto call = parse_words(words, is_serving);
    return call ? "accepted" : call.error().message;
  };
  CHECK(refusal("") == "usage words");
  CHECK(refusal("probe " + kUs + " 1;id") == "usage words");
  CHECK(refusal("probe " + kUs + "\t1") == "usage words");
  CHECK(refusal(std::string("probe\0", 6) + kUs + " 1") == "usage words");
  CHECK(refusal("   ") == "usage arguments");
  CHECK(refusal("probe " + kUs) == "usage arguments");
  CHECK(refusal("Probe " + kUs + " 1") == "usage verb");
  CHECK(refusal("get " + kUs + " 1", true) == "usage verb");
  CHECK(refusal("get " + kUs + " 1") == "accepted");
  CHECK(refusal("probe 1 1") == "usage installation");
  CHECK(refusal("probe " + kUs + " 01") == "usage fence");
  CHECK(refusal("probe " + kUs + " 1 job=") == "usage job");
  CHECK(refusal("status " + kUs + " 1 job=a more") == "usage job");
  CHECK(refusal("probe " + kUs + " 1 more") == "usage arguments");
  CHECK(refusal("probe " + kUs + " 1 --adopt --adopt") == "usage arguments");
}

TEST_CASE("only a probe adopts") {
  CHECK(parse_words("probe " + kUs + " 1 --adopt job=a", false)->adopt);
  CHECK_FALSE(parse_words("probe " + kUs + " 1", false)->adopt);
  CHECK_FALSE(parse_words("status " + kUs + " 1 --adopt", false)->adopt);
}

TEST_CASE("a number has one spelling and fits into 63 bits") {
  CHECK(parse_number("0") == 0);
  CHECK(parse_number("999999999999999999") == 999999999999999999);
  for (const auto* const text : {"", "00", "01", "-1", "+1", " 1", "1 ", "1x", "0x1", "1000000000000000000"}) {
    CAPTURE(std::string(text));
    CHECK_FALSE(parse_number(text).has_value());
  }
}

TEST_CASE("digests, installations and protocols are held to their patterns") {
  CHECK(is_sha256_hex(std::string(64, 'a')));
  for (const auto& text : {std::string(63, 'a'), std::string(65, 'a'), std::string(64, 'A'), std::string(64, 'g')}) {
    CHECK_FALSE(is_sha256_hex(text));
  }
  CHECK(is_uuid(kUs));
  CHECK_FALSE(is_uuid("11111111-1111-4111-8111-11111111111g"));
  CHECK_FALSE(is_uuid("11111111-1111-4111-8111-11111111111A"));
  CHECK_FALSE(is_uuid("111111111111-4111-8111-111111111111---"));
  CHECK(is_protocol("as64501_1_n1_v4"));
  for (const auto* const name : {"", "All", "1a", "_a", "a-b", "a b", "a\nb", "a*", "a\"b"}) {
    CAPTURE(std::string(name));
    CHECK_FALSE(is_protocol(name));
  }
  CHECK(is_protocol(std::string(64, 'a')));
  CHECK_FALSE(is_protocol(std::string(65, 'a')));
}

TEST_CASE("lines are cut off one after the other, the last one with or without its newline") {
  std::string_view text("a\n\nb");
  CHECK(take_line(text) == "a");
  CHECK(take_line(text).empty());
  CHECK(take_line(text) == "b");
  CHECK(text.empty());
}

}  // namespace
}  // namespace ztix::helper
