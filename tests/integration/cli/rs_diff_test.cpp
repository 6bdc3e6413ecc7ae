/// `ztix rs diff`: what a revision will change on a route server, before a worker has tried it.

#include "tests/integration/cli/cli_world.h"

namespace ztix::test {

TEST_CASE("rs diff shows what is wanted, as text and as JSON, and names what it does not know") {
  CliWorld world;
  world.set_up();
  world.publish_release();
  world.add_network();
  REQUIRE(world.ztix(world.route_server_words(1)).exit_code == kOk);
  const auto shown = world.ztix({"rs", "diff", "rs1"});
  CAPTURE(shown.err);
  CHECK(shown.exit_code == kOk);
  CHECK(shown.out.find("--- /dev/null\n+++ root\n") != std::string::npos);
  CHECK(shown.out.find("+router id 192.0.2.1;\n") != std::string::npos);
  CHECK(shown.out.find("0 restarts foreseen") != std::string::npos);
  const auto told = world.data({"rs", "diff", "rs1"});
  CHECK(told.at("from_revision") == 0);
  CHECK(told.at("measured").is_null());
  CHECK(told.at("revision").get<int>() > 0);
  world.refused(kFailed, {"rs", "diff", "rs9"}, {"There is no route server rs9"});
}

}  // namespace ztix::test
