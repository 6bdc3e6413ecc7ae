#include "core/service/totp.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/service/factor_codes.h"
#include "tests/support/fake_login.h"

namespace ztix::service {
namespace {

using namespace std::chrono_literals;

/// RFC 6238, appendix B, for SHA-1; of its eight digits an app shows the last six.
const SecretString kSecret("12345678901234567890");

TEST_CASE("TOTP makes the codes of RFC 6238") {
  const std::vector<std::pair<std::int64_t, std::string>> vectors{{59, "94287082"},         {1111111109, "07081804"},
                                                                  {1111111111, "14050471"}, {1234567890, "89005924"},
                                                                  {2000000000, "69279037"}, {20000000000, "65353130"}};
  for (const auto& [seconds, code] : vectors) {
    CAPTURE(seconds);
    const Timestamp at{std::chrono::seconds(seconds)};
    CHECK(totp::code_of(kSecret, totp::step_of(at)) == code.substr(2));
  }
}

TEST_CASE("[identity 14] A TOTP code counts in its step, the one before and the one after, and in no other") {
  const Timestamp now{std::chrono::seconds(1111111111)};
  const auto step = totp::step_of(now);
  for (std::int64_t offset = -4; offset <= 4; ++offset) {
    CAPTURE(offset);
    const auto found = totp::matching_step(kSecret, totp::code_of(kSecret, step + offset), now);
    if (offset >= -1 && offset <= 1) {
      CHECK(found == step + offset);
    } else {
      CHECK(found == std::nullopt);
    }
  }
  for (const char* wrong : {"", "0", "05047", "050471 ", "0050471", "abcdef"}) {
    CHECK(totp::matching_step(kSecret, wrong, now) == std::nullopt);
  }
}

TEST_CASE("The address for authenticator apps escapes every name") {
  const auto uri = totp::otpauth_uri(kSecret, "Test IX & Co", "al:ice/ä");
  CHECK(uri.expose() ==
        "otpauth://totp/Test%20IX%20%26%20Co:al%3aice%2f%c3%a4?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer="
        "Test%20IX%20%26%20Co&algorithm=SHA1&digits=6&period=30");
}

TEST_CASE("A one-time code has 120 random bits, and case, spaces and dashes do not matter") {
  test::CountingRandom random;
  const auto one = make_code(random);
  const auto two = make_code(random);
  CHECK(one.code.expose().size() == 29);
  CHECK(one.code.expose() != two.code.expose());
  CHECK(one.digest != two.digest);
  std::string typed;
  for (const char c : one.code.expose()) typed += c == '-' ? ' ' : static_cast<char>(std::toupper(c));
  CHECK(digest_of_code(typed) == one.digest);
  CHECK(digest_of_code(two.code.expose()) != one.digest);
}

TEST_CASE("The name of a second factor is short, clean text") {
  CHECK(checked_factor_label("  Phone ").value() == "Phone");
  for (const std::string& bad : {std::string(), std::string("  "), std::string(65, 'x'), std::string("a\nb")}) {
    CHECK(checked_factor_label(bad).error().reason == "bad_label");
  }
}

}  // namespace
}  // namespace ztix::service
