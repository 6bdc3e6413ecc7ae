/// Fence and installation: who may speak to a host.

#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

std::string call(const std::string& verb, const std::string& who, int fence, const std::string& more = {}) {
  return verb + " " + who + " " + std::to_string(fence) + (more.empty() ? "" : " " + more);
}

TEST_CASE("the first caller owns the host, and every verb refuses a lower fence") {
  const BirdHost host;
  CHECK(says(expect(0, host.helper(call("probe", kUs, 5))), "fence 5"));
  const std::string digest(64, '0');
  for (const auto& [verb, arguments] : std::vector<std::pair<std::string, std::string>>{{"probe", ""},
                                                                                        {"have", digest},
                                                                                        {"put", ""},
                                                                                        {"check", digest},
                                                                                        {"arm", digest + " 60"},
                                                                                        {"status", ""},
                                                                                        {"confirm", digest},
                                                                                        {"undo", digest},
                                                                                        {"persist", digest},
                                                                                        {"disable", "a"},
                                                                                        {"enable", "a"},
                                                                                        {"gc", ""}}) {
    CAPTURE(verb);
    CHECK(expect(3, host.helper(call(verb, kUs, 4, arguments))).out == "fenced 5\n");
    CHECK(expect(4, host.helper(call(verb, kThem, 9, arguments))).out == "foreign_installation " + kUs + "\n");
  }
  CHECK(says(expect(0, host.helper(call("probe", kUs, 5))), "fence 5"));
  CHECK(says(expect(0, host.helper(call("probe", kUs, 100))), "fence 100"));
  expect(3, host.helper(call("probe", kUs, 99)));
}

TEST_CASE("fences are compared as numbers") {
  const BirdHost host;
  expect(0, host.helper(call("probe", kUs, 9)));
  expect(0, host.helper(call("probe", kUs, 10)));
  expect(3, host.helper(call("probe", kUs, 9)));
  expect(0, host.helper("probe " + kUs + " 999999999999999999"));
}

TEST_CASE("only an explicit take-over changes the owner, and it is in the journal") {
  const BirdHost host;
  expect(0, host.helper(call("probe", kUs, 50)));
  CHECK(says(expect(0, host.helper(call("probe", kThem, 2, "--adopt job=77"))), "fence 2"));
  expect(4, host.helper(call("probe", kUs, 51)));
  CHECK(read_file(host.state_file("journal")).find("verb=adopt fence=2 root=- exit=0 job=77") != std::string::npos);
  // Of one's own host it is no way around the fence.
  expect(3, host.helper(call("probe", kThem, 1, "--adopt")));
}

TEST_CASE("a damaged fence file lets nobody in but a take-over") {
  const BirdHost host;
  expect(0, host.helper(call("probe", kUs, 5)));
  host.inside({"sh", "-c", "echo garbage > /var/lib/ztix-rs/fence"});
  CHECK(expect(5, host.helper(call("probe", kUs, 6))).out == "refused fence_unreadable\n");
  expect(0, host.helper(call("probe", kUs, 6, "--adopt")));
  expect(3, host.helper(call("probe", kUs, 5)));
}

TEST_CASE("of many workers at the same moment the one with the highest fence stays in charge") {
  const BirdHost host;
  std::string script = "for f in 3 9 4 1 8 2 7 5 6; do (setpriv --reuid ztix --regid ztix --init-groups env -i ";
  script += "SSH_ORIGINAL_COMMAND=\"probe " + kUs + " $f\" /usr/local/lib/ztix/ztix-rs > /dev/null) & done; wait";
  host.inside({"sh", "-c", script});
  CHECK(says(expect(0, host.helper(call("probe", kUs, 9))), "fence 9"));
  expect(3, host.helper(call("probe", kUs, 8)));
}

}  // namespace
}  // namespace ztix::test
