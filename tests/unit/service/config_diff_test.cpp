#include "core/service/config_diff.h"

#include <cstdlib>

#include <doctest/doctest.h>

#include "tests/support/edited_config.h"
#include "tests/support/process.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using service::config_diff;
using service::text_diff;

namespace {

service::ConfigText rendered(const domain::ConfigSnapshot& snapshot) {
  return service::text_of(render::render_route_server(snapshot).value());
}

domain::ConfigSnapshot one_member(const std::string& md5_key) {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001).md5_key = md5_key;
  return snapshot;
}

}  // namespace

TEST_CASE("A diff of equal texts is empty") {
  CHECK(text_diff("a", "x\n", "x\n").empty());
  auto newer = one_member("");
  newer.revision = 99;
  CHECK(config_diff(rendered(one_member("")), rendered(newer)).empty());
}

TEST_CASE("A diff is what diff -u prints") {
  std::string before, after;
  std::srand(7);
  for (int i = 0; i < 300; ++i) {
    const auto line = "line " + std::to_string(std::rand() % 50) + "\n";
    const int dice = std::rand() % 20;
    if (dice != 0) before += line;
    if (dice != 1) after += line;
    if (dice == 2) after += "new " + line;
  }
  const TempFolder folder;
  const auto left = folder.write("left", before);
  const auto ours = folder.write("ours", text_diff("left", before, after));
  // Several diffs of two texts are right; patch says whether this one is.
  static_cast<void>(run_or_throw({"patch", "--quiet", left, ours}));
  CHECK(read_file(left) == after);
}

TEST_CASE("A diff shows that an MD5 key changed, and neither key") {
  const auto diff = config_diff(rendered(one_member("OldKey123")), rendered(one_member("NewKey123")));
  CHECK(diff.find("-\tpassword \"***\";\n+\tpassword \"***\";") != std::string::npos);
  CHECK(diff.find("Key123") == std::string::npos);
  CHECK(diff.find("--- AS1000001 router 1 network 1\n") != std::string::npos);
}

TEST_CASE("A diff of a first configuration, and of a member that left, is whole") {
  const auto first = config_diff(std::nullopt, rendered(one_member("")));
  CHECK(first.find("--- /dev/null\n+++ root\n") != std::string::npos);
  CHECK(first.find("+protocol bgp as1000001_0001_n1_v4 from t_n1_v4 {\n") != std::string::npos);
  const auto left = config_diff(rendered(one_member("")), rendered(empty_snapshot()));
  CHECK(left.find("--- AS1000001 router 1 network 1\n+++ /dev/null\n") != std::string::npos);
}

TEST_CASE("A diff that would be too long is cut and says so") {
  std::string text;
  for (int i = 0; i < 60'000; ++i) text += "# line " + std::to_string(i) + "\n";
  service::ConfigText big{text, {}};
  const auto diff = config_diff(std::nullopt, big);
  CHECK(diff.size() < 270'000);
  CHECK(diff.ends_with(" more lines)\n"));
}
