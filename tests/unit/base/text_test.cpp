#include "core/base/text.h"

#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/base64url.h"

using namespace ztix;

TEST_CASE("parse_decimal reads one spelling of each number") {
  CHECK(parse_decimal<int>("0") == 0);
  CHECK(parse_decimal<int>("-5") == -5);
  CHECK(parse_decimal<std::uint32_t>("4294967295") == 4294967295U);
  CHECK(parse_decimal<std::uint8_t>("255") == 255);
  for (const std::string bad : {"", "00", "01", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "4294967296", "-1", "--1"}) {
    CAPTURE(bad);
    CHECK(!parse_decimal<std::uint32_t>(bad));
  }
  CHECK(!parse_decimal<std::uint32_t>(std::string("1\0", 2)));
}

TEST_CASE("Hex goes there and back for every byte") {
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  CHECK(from_hex(to_hex(all)) == all);
  CHECK(to_hex("\xff\x01") == "ff01");
  CHECK(from_hex("FFfe") == "\xff\xfe");
  CHECK(!from_hex("f"));
  CHECK(!from_hex("fg"));
  CHECK(is_lower_hex("09af"));
  CHECK(!is_lower_hex("AF"));
  CHECK(!is_lower_hex(""));
}

TEST_CASE("split, trim and join keep empty parts") {
  CHECK(split("", ',') == std::vector<std::string_view>{""});
  CHECK(split("a,,b,", ',') == std::vector<std::string_view>{"a", "", "b", ""});
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(trim(" \n").empty());
  CHECK(join({"a", "", "b"}, ", ") == "a, , b");
  CHECK(join({}, ",").empty());
}

TEST_CASE("is_clean_utf8 accepts text that people write") {
  CHECK(is_clean_utf8(""));
  CHECK(is_clean_utf8("line\r\n\ttab"));
  CHECK(is_clean_utf8("Zürich 東京 \xF0\x9F\x8C\x90"));
  CHECK(is_clean_utf8("\xEF\xBF\xBF"));
  CHECK(is_clean_utf8("\xF4\x8F\xBF\xBF"));
}

TEST_CASE("is_clean_utf8 refuses control characters and malformed sequences") {
  CHECK(!is_clean_utf8(std::string("a\0b", 3)));
  CHECK(!is_clean_utf8("\x1b[31m"));
  CHECK(!is_clean_utf8("\x7f"));
  CHECK(!is_clean_utf8("\x80"));
  CHECK(!is_clean_utf8("\xC3"));
  CHECK(!is_clean_utf8("\xC3("));
  CHECK(!is_clean_utf8("\xC0\xAF"));          // overlong
  CHECK(!is_clean_utf8("\xE0\x80\xAF"));      // overlong
  CHECK(!is_clean_utf8("\xED\xA0\x80"));      // surrogate
  CHECK(!is_clean_utf8("\xF4\x90\x80\x80"));  // above U+10FFFF
  CHECK(!is_clean_utf8("\xF8\x88\x80\x80\x80"));
}

TEST_CASE("Percent-encoding leaves unreserved characters alone and nothing else") {
  CHECK(percent_encoded("a b/ü") == "a%20b%2f%c3%bc");
  CHECK(percent_encoded("Az09-._~") == "Az09-._~");
}

TEST_CASE("base64url is read back strictly: one value has one spelling") {
  for (const std::string_view bytes : {"", "f", "fo", "foo", "foobar", "\xfb\xff\xbf"}) {
    CHECK(from_base64url(to_base64url(bytes)) == bytes);
  }
  for (const std::string_view wrong : {"Zg==", "Zh", "Z", "Zm9vY", "+/+/", "Zm 9", "Zm9v\n"}) {
    CHECK_MESSAGE(!from_base64url(wrong).has_value(), wrong);
  }
}

TEST_CASE("base64url gives the vectors of RFC 4648 without padding") {
  CHECK(to_base64url("").empty());
  CHECK(to_base64url("f") == "Zg");
  CHECK(to_base64url("fo") == "Zm8");
  CHECK(to_base64url("foo") == "Zm9v");
  CHECK(to_base64url("foobar") == "Zm9vYmFy");
  CHECK(to_base64url("\xfb\xff\xbf") == "-_-_");
}
