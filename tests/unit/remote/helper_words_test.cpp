#include "core/remote/helper_words.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::remote {
namespace {

service::HostCredential who(std::int64_t fence, const std::string& job) {
  return {*Uuid::parse("11111111-1111-4111-8111-111111111111"), fence, job};
}

TEST_CASE("a call is verb, installation, fence, arguments and job, in that order") {
  CHECK(command_words("probe", who(12, "77"), "--adopt").value() ==
        "probe 11111111-1111-4111-8111-111111111111 12 --adopt job=77");
  CHECK(command_words("status", who(0, ""), "").value() == "status 11111111-1111-4111-8111-111111111111 0");
}

TEST_CASE("nothing leaves that the helper's patterns would refuse") {
  CHECK_FALSE(command_words("probe", who(-1, ""), "").has_value());
  CHECK_FALSE(command_words("probe", who(1, "a b"), "").has_value());
  CHECK_FALSE(command_words("probe", who(1, "$(id)"), "").has_value());
  CHECK_FALSE(command_words("probe", who(1, std::string(65, 'a')), "").has_value());
  CHECK_FALSE(digest_word(std::string(63, 'a')).has_value());
  CHECK_FALSE(digest_word(std::string(64, 'A')).has_value());
  CHECK_FALSE(digest_word("../" + std::string(61, 'a')).has_value());
  CHECK(digest_word(std::string(64, '0')).has_value());
  for (const auto* const name : {"", "All", "1a", "_a", "a-b", "a b", "a\nb", "a*", "a\"b"}) {
    CAPTURE(std::string(name));
    CHECK_FALSE(protocol_words({"as64501_1_n1_v4", name}).has_value());
  }
  CHECK_FALSE(protocol_words({std::string(65, 'a')}).has_value());
  CHECK(protocol_words({"as64501_1_n1_v4", "b"}).value() == "as64501_1_n1_v4 b");
}

}  // namespace
}  // namespace ztix::remote
