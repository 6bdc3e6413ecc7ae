#pragma once

/// @file tests/contract/http/http_fetcher_contract.h
/// What every HttpFetcher does. A `World` is a fetcher and the only server it is configured for:
///   fetcher()      url(path)
///   answer(reply)  what the server says from now on
///   calls()        what reached it
///   stop()         nobody is there any more

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "core/http/http_fetcher.h"

namespace ztix::test {

/// What a server saw of a request.
struct SeenCall {
  std::string method;
  std::string path;
  std::string authorization;
  std::string zt1_auth;
  std::string body;
};

template <class World>
http::Request get(World& world, const std::string& path) {
  http::Request request;
  request.url = world.url(path);
  return request;
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher sends method, headers and body and gives back status, type and body", World,
                          http_exchange) {
  World world;
  world.answer({418, "text/x-pot", "short and stout"});
  auto request = get(world, "/pot");
  request.method = "POST";
  request.body = std::string("a\0b", 3);
  request.headers.push_back({"Authorization", "Bearer open"});
  request.secret_headers.push_back({"X-ZT1-Auth", SecretString("hidden")});
  const auto reply = world.fetcher().fetch(request);
  REQUIRE(reply);
  CHECK(reply->status == 418);
  CHECK(reply->content_type == "text/x-pot");
  CHECK(reply->body == "short and stout");
  REQUIRE(world.calls().size() == 1);
  const auto call = world.calls().front();
  CHECK(call.method == "POST");
  CHECK(call.path == "/pot");
  CHECK(call.authorization == "Bearer open");
  CHECK(call.zt1_auth == "hidden");
  CHECK(call.body == request.body);
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher takes every status for a reply and follows nothing", World, http_statuses) {
  World world;
  int asked = 0;
  for (const int status : {200, 204, 301, 302, 401, 404, 500, 503}) {
    world.answer({status, "", ""});
    const auto reply = world.fetcher().fetch(get(world, "/"));
    REQUIRE(reply);
    CHECK(reply->status == status);
    CHECK(world.calls().size() == static_cast<std::size_t>(++asked));
  }
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher reads no body after HEAD", World, http_head) {
  World world;
  world.answer({200, "text/plain", "body"});
  auto request = get(world, "/");
  request.method = "HEAD";
  const auto reply = world.fetcher().fetch(request);
  REQUIRE(reply);
  CHECK(reply->body.empty());
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher asks nobody but the origins it is configured for", World, http_origins) {
  World world;
  http::Request request;
  for (const char* url : {"http://127.0.0.1:1/", "https://192.0.2.1/"}) {
    request.url = url;
    CHECK(world.fetcher().fetch(request).error().code == ErrorCode::forbidden);
  }
  for (const std::string& url : {std::string(), std::string("not a url"), std::string("file:///etc/passwd"),
                                 "http://user:password@" + world.url("/").substr(7)}) {
    request.url = url;
    CHECK(world.fetcher().fetch(request).error().code == ErrorCode::invalid_argument);
  }
  CHECK(world.calls().empty());
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher refuses headers that would become two", World, http_headers) {
  World world;
  auto request = get(world, "/");
  SUBCASE("line break") { request.headers.push_back({"X-Name", "a\r\nX-Other: b"}); }
  SUBCASE("line break in a name") { request.headers.push_back({"X-Name: a\nX-Other", "b"}); }
  SUBCASE("secret with a line break") { request.secret_headers.push_back({"X-Name", SecretString("a\nb")}); }
  SUBCASE("NUL") { request.headers.push_back({"X-Name", std::string("a\0b", 3)}); }
  CHECK(world.fetcher().fetch(request).error().code == ErrorCode::invalid_argument);
  CHECK(world.calls().empty());
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher accepts so many bytes and not one more", World, http_largest) {
  World world;
  world.answer({200, "text/plain", std::string(1000, 'x')});
  auto request = get(world, "/");
  request.largest_body = 1000;
  CHECK(world.fetcher().fetch(request)->body.size() == 1000);
  request.largest_body = 999;
  CHECK(world.fetcher().fetch(request).error().code == ErrorCode::upstream);
}

TEST_CASE_TEMPLATE_DEFINE("HttpFetcher says unavailable when nobody is there, and nothing of what it was to send",
                          World, http_nobody) {
  World world;
  auto request = get(world, "/");
  request.secret_headers.push_back({"X-ZT1-Auth", SecretString("do-not-print-me")});
  request.body = "nor me";
  world.stop();
  const auto reply = world.fetcher().fetch(request);
  REQUIRE_FALSE(reply);
  CHECK(reply.error().code == ErrorCode::unavailable);
  const auto text = reply.error().message + reply.error().detail;
  CHECK(text.find("do-not-print-me") == std::string::npos);
  CHECK(text.find("nor me") == std::string::npos);
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_HTTP_FETCHER_CONTRACT(World)          \
  TEST_CASE_TEMPLATE_INVOKE(http_exchange, World); \
  TEST_CASE_TEMPLATE_INVOKE(http_statuses, World); \
  TEST_CASE_TEMPLATE_INVOKE(http_head, World);     \
  TEST_CASE_TEMPLATE_INVOKE(http_origins, World);  \
  TEST_CASE_TEMPLATE_INVOKE(http_headers, World);  \
  TEST_CASE_TEMPLATE_INVOKE(http_largest, World);  \
  TEST_CASE_TEMPLATE_INVOKE(http_nobody, World)
