#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "tests/integration/app/app_world.h"

namespace ztix::test {
namespace {

using namespace std::chrono_literals;

const std::string kLine = "POST /api/v1/auth/local/login HTTP/1.1\r\n";
const std::string kHost = "Host: ix.example.net\r\n";
const std::string kJson = "Content-Type: application/json\r\n";
/// What a smuggler hides behind the first request. Whoever answers it read the first one's end wrongly.
const std::string kSecond = "GET /healthz HTTP/1.1\r\nHost: ix.example.net\r\n\r\n";

int replies_in(const std::string& text) {
  int count = 0;
  for (auto at = text.find("HTTP/1.1 "); at != std::string::npos; at = text.find("HTTP/1.1 ", at + 1)) ++count;
  return count;
}

/// One answer, 400, and the connection ends at once, not when the keep-alive time is over.
void check_refused(const AppWorld& world, const std::string& bytes) {
  CAPTURE(bytes.substr(0, 200));
  const auto began = std::chrono::steady_clock::now();
  const auto text = converse_raw(world.running->port(), bytes);
  CHECK(std::chrono::steady_clock::now() - began < 2s);
  CHECK_MESSAGE(replies_in(text) == 1, text);
  CHECK_MESSAGE(text.starts_with("HTTP/1.1 400 "), text.substr(0, 100));
}

TEST_CASE(
    "[identity 35] A request whose end two readers could see in two places is answered 400 and nothing after it") {
  AppWorld world;
  const auto with = [&](const std::string& framing, const std::string& body) {
    check_refused(world, kLine + kHost + kJson + framing + "\r\n" + body + kSecond);
  };
  SUBCASE("Content-Length and Transfer-Encoding") {
    with("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    with("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", "0\r\n\r\n");
  }
  SUBCASE("two Content-Lengths") {
    with("Content-Length: 2\r\nContent-Length: 40\r\n", "{}");
    with("Content-Length: 2\r\nContent-Length: 2\r\n", "{}");
    with("Content-Length: 2, 2\r\n", "{}");
    with("Content-Length: 2\r\ncontent-length: 40\r\n", "{}");
  }
  SUBCASE("a Content-Length that is no plain number") {
    for (const std::string number : {"+2", "-1", "0x2", "2;", "2.0", "02", "", "18446744073709551618", "two"}) {
      with("Content-Length: " + number + "\r\n", "{}");
    }
  }
  SUBCASE("a Transfer-Encoding that is not exactly chunked") {
    for (const std::string coding : {"chunked, identity", "identity, chunked", "identity", "xchunked", "gzip, chunked",
                                     "chunked\r\nTransfer-Encoding: identity", "\"chunked\"", "chunked;q=1"}) {
      with("Transfer-Encoding: " + coding + "\r\n", "0\r\n\r\n");
    }
  }
  SUBCASE("names that another program might mend") {
    with("Content-Length : 40\r\n", "");
    with("Transfer-Encoding : chunked\r\n", "0\r\n\r\n");
    with("Transfer-Encoding\r\n : chunked\r\n", "0\r\n\r\n");
    with("\x0bTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    with("no colon here\r\n", "");
    with("X: a\rTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
    with(std::string("X: a\0b\r\n", 8), "");
  }
  SUBCASE("chunks that do not add up") {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    with(chunked, "zz\r\n{}\r\n0\r\n\r\n");
    with(chunked, "-2\r\n{}\r\n0\r\n\r\n");
    with(chunked, "2\r\n{}XX0\r\n\r\n");
    with(chunked, "fffffffffffffffff\r\n{}\r\n0\r\n\r\n");
    with(chunked, "0x2\r\n{}\r\n0\r\n\r\n");
  }
}

TEST_CASE("[identity 35] A request without exactly one Host, or of another version, is answered 400") {
  AppWorld world;
  const std::string get = "GET /healthz HTTP/1.1\r\n";
  check_refused(world, get + "\r\n");
  check_refused(world, get + kHost + kHost + "\r\n");
  check_refused(world, get + "Host: \r\n\r\n");
  check_refused(world, "GET /healthz HTTP/2.0\r\n" + kHost + "\r\n");
  check_refused(world, "GET /healthz HTTP/1.9\r\n" + kHost + "\r\n");
  check_refused(world, "GET http://evil.example/healthz HTTP/1.1\r\n" + kHost + "\r\n");
  check_refused(world, "GET  /healthz HTTP/1.1\r\n" + kHost + "\r\n");
  CHECK(world.send("GET", "/healthz").status == 200);
}

TEST_CASE("[identity 35] More or longer header fields than anybody needs are answered 400") {
  AppWorld world;
  const std::string get = "GET /healthz HTTP/1.1\r\n" + kHost;
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
  check_refused(world, get + many + "\r\n");
  check_refused(world, get + "X: " + std::string(20'000, 'a') + "\r\n\r\n");
  check_refused(world, get + std::string(2'000, 'a') + ": a\r\n\r\n");
  check_refused(world, "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n" + kHost + "\r\n");
  CHECK(world.send("GET", "/healthz").status == 200);
}

}  // namespace
}  // namespace ztix::test
