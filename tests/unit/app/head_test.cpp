#include "app/http/head.h"

#include <doctest/doctest.h>

namespace ztix::app {
namespace {

const std::string kGet = "GET /a?b=c HTTP/1.1\r\nHost: x";

std::string why(const std::string& text) {
  const auto head = parse_head(text);
  return head ? "" : head.error().reason;
}

TEST_CASE("A head gives method, path, query and fields, without the white space around their values") {
  const auto head = parse_head(kGet + "\r\nAccept:  text/html \r\nX-Empty:");
  REQUIRE(head);
  CHECK(head->request.method == "GET");
  CHECK(head->request.path == "/a");
  CHECK(head->request.query == "b=c");
  CHECK(head->request.headers.only("accept") == "text/html");
  CHECK(head->request.headers.only("x-empty") == "");
  CHECK(head->keep_alive);
  CHECK_FALSE(head->framing.has_body());
}

TEST_CASE("A connection stays open with HTTP/1.1 unless the client says otherwise") {
  CHECK_FALSE(parse_head(kGet + "\r\nConnection: Keep-Alive, Close")->keep_alive);
  CHECK_FALSE(parse_head("GET / HTTP/1.0")->keep_alive);
}

TEST_CASE("The body is a number of bytes or chunks, and never both") {
  CHECK(parse_head(kGet + "\r\nContent-Length: 12")->framing.length == 12);
  CHECK(parse_head(kGet + "\r\nTransfer-Encoding: chunked")->framing.chunked);
  CHECK(parse_head(kGet + "\r\nExpect: 100-Continue")->expects_continue);
  CHECK(why(kGet + "\r\nContent-Length: 1\r\nTransfer-Encoding: chunked") == "bad_framing");
  CHECK(why("POST / HTTP/1.0\r\nTransfer-Encoding: chunked") == "bad_framing");
  CHECK(why(kGet + "\r\nExpect: coffee") == "bad_request");
}

TEST_CASE("Addresses are paths of this site, in visible characters") {
  for (const auto& target :
       std::vector<std::string>{"*", "http://x/", "a", "/\x80", "/" + std::string(kLongestTarget, 'a')}) {
    CHECK_MESSAGE(why("GET " + target + " HTTP/1.1\r\nHost: x") == "bad_target", target);
  }
}

TEST_CASE("The size of a chunk is hex digits and nothing else") {
  CHECK(parse_chunk_size("1F") == 31);
  CHECK(parse_chunk_size("0") == 0);
  for (const std::string_view bad : {"", "g", "0x1", "-1", "+1", " 1", "1 ", "1;a=b", "123456789"}) {
    CHECK_MESSAGE(!parse_chunk_size(bad), bad);
  }
}

}  // namespace
}  // namespace ztix::app
