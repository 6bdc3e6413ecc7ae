#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

constexpr int kDiskKib = 256;

void fill(const BirdHost& host) {
  host.inside({"sh", "-c", "cat /dev/zero > /var/lib/fill 2> /dev/null"});
  REQUIRE(host.inside({"sh", "-c", "echo x > /var/lib/one-more"}).exit_code != 0);
}

TEST_CASE("on a full disk nothing new begins, and what has begun can be undone") {
  const TrialHost trial({"192.0.2.1", kDiskKib});
  trial.apply(trial.one);
  expect(0, trial.call("check", trial.two.file_digest));
  fill(trial.host);

  SUBCASE("put and arm say try later, and change nothing") {
    const auto before = trial.listing();
    CHECK(expect(75, trial.call("put", "", frames({std::string(100000, 'x')}))).out == "refused disk_full\n");
    CHECK(expect(75, trial.call("arm", trial.two.file_digest + " 60")).out == "refused disk_full\n");
    CHECK_FALSE(trial.is_armed());
    CHECK(trial.runs(trial.one));
    CHECK(trial.listing() == before);
  }
  SUBCASE("probe and status work, and a newer fence still counts") {
    CHECK(says(expect(0, trial.host.helper("probe " + kUs + " 8")), "fence 8"));
    expect(0, trial.host.helper("status " + kUs + " 9"));
    expect(3, trial.host.helper("probe " + kUs + " 8"));
  }
  SUBCASE("a session can be switched off, and the caller is told to come back for the note") {
    expect(75, trial.call("disable", session_name(1)));
    CHECK(trial.host.birdc("show protocols").find(session_name(1) + " BGP        ---        down") !=
          std::string::npos);
  }
  trial.host.inside({"rm", "/var/lib/fill"});
  expect(0, trial.host.helper("arm " + kUs + " 9 " + trial.two.file_digest + " 60"));
}

TEST_CASE("an armed configuration is undone on a full disk") {
  const TrialHost trial({"192.0.2.1", kDiskKib});
  trial.apply(trial.one);
  trial.arm(trial.two);
  fill(trial.host);
  CHECK(says(expect(0, trial.host.helper("undo " + kUs + " 2 " + trial.two.file_digest)),
             "undone " + trial.two.file_digest));
  CHECK(trial.runs(trial.one));
  CHECK_FALSE(trial.is_armed());
}

}  // namespace
}  // namespace ztix::test
