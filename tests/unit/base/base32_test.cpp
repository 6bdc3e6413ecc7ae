#include "core/base/base32.h"

#include <doctest/doctest.h>

namespace ztix {
namespace {

TEST_CASE("Base32 makes and reads what RFC 4648 says, without padding") {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "MY"},
                                                         {"fo", "MZXQ"},
                                                         {"foo", "MZXW6"},
                                                         {"foob", "MZXW6YQ"},
                                                         {"fooba", "MZXW6YTB"},
                                                         {"foobar", "MZXW6YTBOI"}};
  for (const auto& [bytes, text] : vectors) {
    CHECK(to_base32(bytes) == text);
    CHECK(from_base32(text) == bytes);
  }
  CHECK(from_base32("mzxw6ytboi") == "foobar");
  CHECK(from_base32(to_base32(std::string("\0\xff\x80", 3))) == std::string("\0\xff\x80", 3));
}

TEST_CASE("Base32 refuses other letters, lengths that cannot be, and left-over bits") {
  for (const char* bad : {"M", "MZX", "MZXW6Y", "MY======", "M1", "MZ 6", "MZ"})
    CHECK_FALSE(from_base32(bad).has_value());
}

}  // namespace
}  // namespace ztix
