/// @file tests/unit/http/origin_test.cpp

#include "core/http/origin.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::http {

TEST_CASE("An origin is scheme, host and port in lower case") {
  CHECK(origin_of("http://127.0.0.1:9993/controller?auth=x") == "http://127.0.0.1:9993");
  CHECK(origin_of("HTTPS://API.Example.com/v1") == "https://api.example.com:443");
  CHECK(origin_of("http://example.com") == "http://example.com:80");
  CHECK(origin_of("http://[2001:db8::1]:9993/") == "http://[2001:db8::1]:9993");
}

TEST_CASE("Only absolute http and https addresses without credentials have an origin") {
  for (const std::string url : {"", "example.com", "/path", "file:///etc/passwd", "ftp://example.com/",
                                "gopher://x:70/", "http://user:password@example.com/", "http://user@example.com/"}) {
    CHECK_MESSAGE(!origin_of(url).has_value(), url);
  }
}

TEST_CASE("An address that looks like a configured host but is not has another origin") {
  const auto configured = origin_of("https://api.example.com");
  for (const std::string url :
       {"https://api.example.com.evil.test/", "https://api.example.com:444/", "http://api.example.com/",
        "https://evil.test/https://api.example.com", "https://evil.test#@api.example.com/"}) {
    CHECK_MESSAGE(origin_of(url) != configured, url);
  }
}

TEST_CASE("An address with a path is not an origin") {
  CHECK(is_origin("http://127.0.0.1:9993"));
  CHECK(is_origin("http://127.0.0.1:9993/"));
  CHECK(is_origin("https://api.example.com:443"));
  CHECK_FALSE(is_origin("https://api.example.com/api/v1"));
  CHECK_FALSE(is_origin("https://api.example.com/?x"));
  CHECK_FALSE(is_origin("api.example.com"));
}

}  // namespace ztix::http
