/// `ztix token`: made once, shown once, ended at once.

#include "tests/integration/cli/cli_world.h"

namespace ztix::test {
namespace {

const Words kCreate{"token", "create", "--username", "admin", "--name", "ci", "--scope", "read", "--days", "30"};

TEST_CASE("A token is shown when it is made and never again, and only its digest is stored") {
  CliWorld world;
  world.set_up();
  const auto made = world.data(kCreate);
  const auto text = made.at("token").get<std::string>();
  CHECK(text.starts_with("ztix_"));
  CHECK(world.tables().find(text) == std::string::npos);
  const auto list = world.data({"token", "list", "--username", "admin"});
  REQUIRE(list.size() == 1);
  CHECK_FALSE(list[0].contains("token"));
  CHECK(list[0]["user"] == "admin");
  CHECK(list[0]["state"] == "live");
  const auto for_people = world.ztix(kCreate);
  CHECK(for_people.out.find("never again") != std::string::npos);
}

TEST_CASE("A revoked token says why, and revoking it again changes nothing") {
  CliWorld world;
  world.set_up();
  const auto id = world.data(kCreate).at("id").get<std::string>();
  CHECK(world.data({"token", "revoke", id, "--reason", "laptop lost"}).at("state") == "revoked");
  CHECK(world.data({"token", "revoke", id}).at("reason") == "laptop lost");
  CHECK(world.data({"token", "list"}).at(0).at("state") == "revoked");
}

TEST_CASE("A token for nobody, without an end or of an unknown id is refused and leaves nothing behind") {
  CliWorld world;
  world.set_up();
  world.refused(kFailed, {"token", "create", "--username", "nobody", "--name", "x", "--scope", "read", "--days", "1"},
                {"no user nobody", "ztix user list"});
  world.refused(kUsage, {"token", "create", "--username", "admin", "--name", "x", "--scope", "read"}, {"--days"});
  world.refused(kUsage, {"token", "create", "--username", "admin", "--name", "x", "--scope", "all", "--days", "1"},
                {"--scope"});
  world.refused(kFailed, {"token", "revoke", "3f0c5bd2-6a51-4a0e-9d3e-0f6f5a1f2b3c"}, {"No such token", "token list"});
  world.refused(kFailed, {"token", "revoke", "x"}, {"No such token"});
}

}  // namespace
}  // namespace ztix::test
