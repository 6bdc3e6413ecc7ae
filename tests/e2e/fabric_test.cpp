#include <algorithm>
#include <fstream>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

using namespace ztix::test;
using namespace std::chrono_literals;

namespace {

bool waits_with_remedy(Lab& lab, const json& request) {
  return eventually(30s, [&] {
    const auto now = lab.ztix({"request", "show", Lab::id(request)});
    return now.at("status") == "approved" && now.at("waiting_for") == "fabric_not_ready" &&
           now.at("waiting_remedy") != "";
  });
}

/// Another token in the file, for as long as this object lives.
class WrongToken {
 public:
  explicit WrongToken(std::string path) : path_(std::move(path)), right_(read_file(path_)) {
    std::string wrong = right_;
    std::reverse(wrong.begin(), wrong.begin() + static_cast<std::ptrdiff_t>(wrong.find_last_not_of('\n') + 1));
    write(wrong);
  }
  ~WrongToken() { write(right_); }
  WrongToken(const WrongToken&) = delete;
  WrongToken& operator=(const WrongToken&) = delete;

 private:
  void write(const std::string& text) const { std::ofstream(path_, std::ios::trunc) << text; }
  std::string path_;
  std::string right_;
};

}  // namespace

TEST_CASE("While the controller is down an approved request waits with the remedy, and goes on when it is back") {
  auto& lab = Lab::instance();
  const auto request = lab.request(lab.new_operator());
  Stopped controller(lab, "ix", "controller");
  lab.approve(request);
  CHECK(waits_with_remedy(lab, request));
  controller.start();
  CHECK(lab.becomes(request, "active", 40s));
}

TEST_CASE("With a token that the controller refuses nothing is written, and the request says what to do") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  {
    // The controller reads its token at its start only, and so does the worker: only the worker sees the wrong one.
    const WrongToken wrong(lab.env("ZT_CONTROLLER_AUTH_TOKEN_FILE"));
    lab.stop("ix", "worker");
    lab.start("ix", "worker");
    lab.approve(request);
    CHECK(waits_with_remedy(lab, request));
  }
  CHECK(lab.controller_member(who.node_id).is_null());
  lab.stop("ix", "worker");
  lab.start("ix", "worker");
  CHECK(lab.becomes(request, "active", 40s));
}

TEST_CASE("Asking with a node id that is somebody's member is refused and leaves their record as it was") {
  auto& lab = Lab::instance();
  const auto first = lab.new_operator();
  const auto request = lab.request(first);
  lab.approve(request);
  REQUIRE(lab.becomes(request, "active", 30s));
  const auto record = lab.controller_member(first.node_id).dump();
  const auto row = "SELECT md5(string_agg(m::text, '|')) AS digest FROM membership m WHERE node_id = $1";
  const auto before = lab.sql(row, {first.node_id}).one().get<std::string>("digest");

  const auto second = lab.new_operator();
  const auto reply = second.person->call("POST", "requests",
                                         {{"asn", second.asn},
                                          {"zt_network_id", lab.env("ZTIX_NETWORK_ID")},
                                          {"node_id", first.node_id},
                                          {"ipv4", true},
                                          {"note", ""}});
  CHECK(reply.status == 409);
  CHECK(json::parse(reply.body).at("error").at("code") == "node_id_in_use");
  CHECK(reply.body.find(Lab::id(request)) == std::string::npos);
  CHECK(lab.controller_member(first.node_id).dump() == record);
  CHECK(lab.sql(row, {first.node_id}).one().get<std::string>("digest") == before);
}
