// The whole of what route servers are given, byte for byte, and BIRD's own word on it.
// After a wanted change: ZTIX_UPDATE_GOLDEN=1 build/dev/bin/unit_render, then read the difference.

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <set>
#include <string>

#include <doctest/doctest.h>

#include "core/render/bird_config.h"
#include "tests/support/checkout.h"
#include "tests/support/process.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using render::RenderedConfig;

namespace {

std::string object_file_name(const domain::ConfigSnapshot& snapshot, const render::RenderedObject& object) {
  for (const auto& m : snapshot.memberships) {
    if (m.id != object.membership_id) continue;
    auto name = domain::protocol_name(m.asn, m.router_sequence, m.network_number, AddressFamily::ipv4);
    return name.substr(0, name.rfind('_')) + ".conf";
  }
  FAIL("an object of no membership");
  return {};
}

void compare_with_golden(const std::string& file, const std::string& text) {
  if (std::getenv("ZTIX_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(file).parent_path());
    const auto folder = std::filesystem::path(file).parent_path().string();
    run_or_throw({"tee", file}, text);
  }
  INFO(file);
  REQUIRE(std::filesystem::exists(file));
  CHECK(read_file(file) == text);
}

/// Writes what `made` is to run from `folder` and asks BIRD.
Finished bird_checks(const TempFolder& folder, const RenderedConfig& made) {
  for (const auto& object : made.objects) folder.write("object-" + object->digest + ".conf", object->text);
  const auto root = folder.write("root.conf", made.root);
  return run({"bird", "-p", "-c", root});
}

void check_case(const std::string& name, const domain::ConfigSnapshot& snapshot) {
  const auto made = render::render_route_server(snapshot).value();
  const auto folder = test::in_checkout("tests/golden/bird/") + name + "/";
  std::set<std::string> expected{"root.conf"};
  compare_with_golden(folder + "root.conf", made.root);
  for (const auto& object : made.objects) {
    const auto file = object_file_name(snapshot, *object);
    expected.insert(file);
    compare_with_golden(folder + file, object->text);
  }
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) there.insert(entry.path().filename());
  CHECK(there == expected);

  const TempFolder host;
  const auto elsewhere = render::render_route_server(snapshot, host.path()).value();
  const auto answer = bird_checks(host, elsewhere);
  CHECK_MESSAGE(answer.exit_code == 0, answer.err);
  for (const auto& object : elsewhere.objects) {
    const auto alone = bird_checks(host, render::render_skeleton(snapshot, object, host.path()));
    CHECK_MESSAGE(alone.exit_code == 0, alone.err);
  }
}

}  // namespace

TEST_CASE("The configuration of an exchange without members is as recorded and BIRD accepts it") {
  check_case("empty", empty_snapshot());
}

TEST_CASE("The configuration of one member is as recorded and BIRD accepts it") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  check_case("one_member", snapshot);
}

TEST_CASE("A member without IPv4 gets one session") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001).ipv4.reset();
  check_case("ipv6_only_member", snapshot);
}

TEST_CASE("An exchange without IPv4 is as recorded and BIRD accepts it") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001).ipv4.reset();
  snapshot.networks[0].lan_v4.reset();
  snapshot.route_server.attachments[0].ipv4.reset();
  check_case("ipv6_only_exchange", snapshot);
}

TEST_CASE("MD5 and TTL security are rendered for both families") {
  auto snapshot = empty_snapshot();
  auto& member = add_member(snapshot, 1000001);
  member.md5_key = "Golden0Key";
  member.ttl_security = true;
  check_case("md5_ttl", snapshot);
}

TEST_CASE("A suspended session is written down and the member's other session is not") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  snapshot.session_admin_states = {{1, AddressFamily::ipv4, domain::AdminState::suspended}};
  check_case("suspended_session", snapshot);
}

TEST_CASE("A suspended member is down in every family and the others are not") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001).suspended = true;
  add_member(snapshot, 1000002);
  check_case("suspended_member", snapshot);
}

TEST_CASE("A session that tripped its limit is down, and only that one") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  snapshot.session_admin_states = {{1, AddressFamily::ipv6, domain::AdminState::limit_tripped}};
  check_case("limit_tripped_session", snapshot);
}

TEST_CASE("A route server that is drained tells every member, and keeps their sessions") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  snapshot.route_server.state = domain::RouteServerState::draining;
  check_case("draining", snapshot);
}

TEST_CASE("A route server in maintenance keeps every session down") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  snapshot.route_server.state = domain::RouteServerState::maintenance;
  check_case("maintenance", snapshot);
}

TEST_CASE("Two networks share the rules and nothing else") {
  auto snapshot = empty_snapshot();
  add_second_network(snapshot);
  add_member(snapshot, 1000001);
  add_member(snapshot, 1000001, 2);
  add_member(snapshot, 1000002, 2).session_v4 = false;
  check_case("two_networks", snapshot);
}

TEST_CASE("A LAN in global address space and a 16-bit AS number are as recorded and BIRD accepts them") {
  auto snapshot = empty_snapshot();
  snapshot.networks[0].lan_v4 = prefix("44.129.0.0/24");
  snapshot.networks[0].lan_v6 = prefix("2a10:79::/64");
  snapshot.route_server.attachments[0] = {1, asn(61234), ip("44.129.0.1"), ip("2a10:79::1")};
  add_member(snapshot, 1000001);
  check_case("global_lan", snapshot);
}

TEST_CASE("A member's own prefix list is rendered in its object") {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001).prefix_set = {prefix("44.128.1.0/24"), prefix("44.128.2.0/23"),
                                              prefix("2a10:77:1::/48")};
  add_member(snapshot, 1000002).prefix_set = std::vector<Prefix>{};
  check_case("prefix_set", snapshot);
}

TEST_CASE("Without RTR caches routes are tagged as not checked") {
  auto snapshot = empty_snapshot();
  snapshot.route_server.rtr_caches.clear();
  add_member(snapshot, 1000001);
  check_case("no_rtr_cache", snapshot);
}
