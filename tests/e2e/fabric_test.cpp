#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
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

/// Another address of the lab's controller, with its networks and members as they are: what a restored backup without
/// its identity is, or settings that point to the neighbour. For as long as this object lives.
class OtherIdentity {
 public:
  explicit OtherIdentity(const Lab& lab) : lab_(lab), path_(home(lab) + "/identity.public"), right_(read_file(path_)) {
    auto other = right_;
    other.replace(0, 10, kAddress);
    restart_with(other);
  }
  ~OtherIdentity() { restore(); }
  OtherIdentity(const OtherIdentity&) = delete;
  OtherIdentity& operator=(const OtherIdentity&) = delete;
  /// Earlier than at the end of its life.
  void restore() {
    if (!std::exchange(restored_, true)) restart_with(right_);
  }

  static constexpr const char* kAddress = "0badc0ffee";
  static std::string home(const Lab& lab) { return lab.env("ZTIX_LAB_STATE_DIR") + "/controller"; }

 private:
  void restart_with(const std::string& identity) const {
    const Stopped controller(lab_, "ix", "controller");
    std::ofstream(path_, std::ios::trunc) << identity;
  }
  const Lab& lab_;
  std::string path_;
  std::string right_;
  bool restored_ = false;
};

/// Every file of the controller's networks and members.
std::map<std::string, std::string> controller_files(const Lab& lab) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(OtherIdentity::home(lab) + "/controller.d")) {
    if (entry.is_regular_file()) files[entry.path().string()] = read_file(entry.path().string());
  }
  return files;
}

std::string controller_address(const Lab& lab) {
  const auto& url = lab.env("ZT_CONTROLLER_BASE_URL");
  auto token = read_file(lab.env("ZT_CONTROLLER_AUTH_TOKEN_FILE"));
  token.erase(token.find_last_not_of('\n') + 1);
  const auto reply =
      send_raw(ztix::parse_decimal<std::uint16_t>(url.substr(url.rfind(':') + 1)).value(),
               "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-ZT1-Auth: " + token + "\r\n\r\n");
  return json::parse(reply.body).at("address").get<std::string>();
}

bool names_the_remedy(const std::string& text) {
  return text.find("address_matches_network") != std::string::npos &&
         text.find(OtherIdentity::kAddress) != std::string::npos &&
         text.find("restore its identity.secret") != std::string::npos;
}

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

TEST_CASE("A controller with another address is not written to, and the request says whose network it is") {
  auto& lab = Lab::instance();
  const auto who = lab.new_operator();
  const auto request = lab.request(who);
  const auto right_address = controller_address(lab);
  OtherIdentity other(lab);
  REQUIRE(controller_address(lab) == OtherIdentity::kAddress);
  const auto before = controller_files(lab);
  REQUIRE(before.size() >= 2);
  lab.approve(request);
  REQUIRE(waits_with_remedy(lab, request));
  CHECK(names_the_remedy(lab.show(request).at("waiting_remedy").get<std::string>()));
  CHECK(names_the_remedy(who.person->ask("GET", "requests/" + Lab::id(request)).at("waiting_remedy")));
  CHECK(names_the_remedy(lab.ztix({"request", "show", Lab::id(request)}).at("waiting_remedy")));
  CHECK(names_the_remedy(who.person->page("/requests/" + Lab::id(request))));
  CHECK(names_the_remedy(lab.admin().page("/admin/requests/" + Lab::id(request))));
  // It has been looked at more than once by then.
  CHECK(eventually(30s, [&] {
    const auto job = lab.sql(
        "SELECT coalesce(max(fence), 0) AS runs FROM job WHERE kind = 'member.provision' AND subject = "
        "(SELECT 'membership:' || membership FROM request WHERE id = $1::uuid)",
        {Lab::id(request)});
    return job.one().get<std::int64_t>("runs") >= 3;
  }));
  CHECK(lab.status(request) == "approved");
  CHECK(lab.controller_member(who.node_id).is_null());
  CHECK(controller_files(lab) == before);
  other.restore();
  CHECK(controller_address(lab) == right_address);
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
