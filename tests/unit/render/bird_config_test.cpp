#include "core/render/bird_config.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/digest/digest.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using render::ObjectCache;
using render::render_route_server;

namespace {

domain::ConfigSnapshot three_members() {
  auto snapshot = empty_snapshot();
  for (std::uint32_t i = 1; i <= 3; ++i) add_member(snapshot, 1000000 + i);
  return snapshot;
}

std::set<std::string> digests(const render::RenderedConfig& config) {
  std::set<std::string> all;
  for (const auto& object : config.objects) all.insert(object->digest);
  return all;
}

std::size_t shared(const render::RenderedConfig& a, const render::RenderedConfig& b) {
  std::size_t count = 0;
  for (const auto& object : a.objects) {
    count += static_cast<std::size_t>(std::count(b.objects.begin(), b.objects.end(), object));
  }
  return count;
}

}  // namespace

TEST_CASE("The root begins as the host helper expects and carries revision and digest on lines of their own") {
  auto snapshot = three_members();
  snapshot.revision = 4711;
  const auto config = render_route_server(snapshot).value();
  const auto lines = split(config.root, '\n');
  CHECK(lines[0] == "# ztix-root");
  CHECK(std::count(lines.begin(), lines.end(), "define ZTIX_REVISION = 4711;") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "define ZTIX_DIGEST = \"" + config.ztix_digest + "\";") == 1);
  for (const auto& object : config.objects) {
    CHECK(std::count(lines.begin(), lines.end(), "include \"/var/lib/ztix-rs/object-" + object->digest + ".conf\";") ==
          1);
    CHECK(object->text.find("ZTIX_") == std::string::npos);
    CHECK(!object->text.starts_with("# ztix-root"));
  }
}

TEST_CASE("The digest covers everything but its own line and the revision's") {
  auto snapshot = three_members();
  const auto config = render_route_server(snapshot).value();
  std::string covered;
  for (const auto line : split(config.root, '\n')) {
    if (!line.starts_with("define ZTIX_")) covered += std::string(line) + "\n";
  }
  covered.pop_back();
  CHECK(config.ztix_digest == digest::sha256_hex(covered));
  CHECK(config.root_digest == digest::sha256_hex(config.root));

  snapshot.revision = 2;
  const auto next = render_route_server(snapshot).value();
  CHECK(next.ztix_digest == config.ztix_digest);
  CHECK(next.root_digest != config.root_digest);
  CHECK(render::ztix_digest(next.root) == config.ztix_digest);

  snapshot.memberships[1].ttl_security = true;
  CHECK(render_route_server(snapshot)->ztix_digest != config.ztix_digest);
}

TEST_CASE("ztix_digest reads a root without a last newline") {
  CHECK(render::ztix_digest("a\ndefine ZTIX_REVISION = 1;\nb") == digest::sha256_hex("a\nb"));
  CHECK(render::ztix_digest("") == digest::sha256_hex(""));
}

TEST_CASE("Objects are sorted by network, AS number and sequence whatever the order of the snapshot") {
  auto snapshot = three_members();
  const auto config = render_route_server(snapshot).value();
  std::swap(snapshot.memberships[0], snapshot.memberships[2]);
  CHECK(render_route_server(snapshot)->root == config.root);
  CHECK(config.objects[0]->text.starts_with("# ztix-object AS1000001 "));
  CHECK(config.objects[2]->text.starts_with("# ztix-object AS1000003 "));
}

TEST_CASE("Every input of a membership changes its object and no other") {
  const auto before = render_route_server(three_members()).value();
  const auto changes = std::vector<std::pair<const char*, void (*)(domain::ConfigSnapshot&)>>{
      {"address", [](auto& s) { s.memberships[1].ipv4 = ip("10.77.0.99"); }},
      {"IPv6 address", [](auto& s) { s.memberships[1].ipv6 = ip("2001:db8:77::99"); }},
      {"IPv4 session", [](auto& s) { s.memberships[1].session_v4 = false; }},
      {"IPv6 session", [](auto& s) { s.memberships[1].session_v6 = false; }},
      {"key", [](auto& s) { s.memberships[1].md5_key = "Abcdefgh1"; }},
      {"TTL security", [](auto& s) { s.memberships[1].ttl_security = true; }},
      {"IPv4 limit",
       [](auto& s) { s.memberships[1].limit_v4 = domain::PrefixLimit::of(AddressFamily::ipv4, 7).value(); }},
      {"IPv6 limit",
       [](auto& s) { s.memberships[1].limit_v6 = domain::PrefixLimit::of(AddressFamily::ipv6, 7).value(); }},
      {"prefix list", [](auto& s) { s.memberships[1].prefix_set = std::vector<Prefix>{}; }},
      {"longer prefix list", [](auto& s) { s.memberships[1].prefix_set = {prefix("44.128.1.0/24")}; }},
      {"sequence", [](auto& s) { s.memberships[1].router_sequence = 2; }},
      {"IPv4 state",
       [](auto& s) {
         s.session_admin_states = {{2, AddressFamily::ipv4, domain::AdminState::drained}};
       }},
      {"IPv6 state",
       [](auto& s) {
         s.session_admin_states = {{2, AddressFamily::ipv6, domain::AdminState::limit_tripped}};
       }},
  };
  ObjectCache cache;
  REQUIRE(render_route_server(three_members(), cache).has_value());
  for (const auto& change : changes) {
    INFO(change.first);
    auto snapshot = three_members();
    change.second(snapshot);
    const auto after = render_route_server(snapshot).value();
    CHECK(after.objects[0]->digest == before.objects[0]->digest);
    CHECK(after.objects[1]->digest != before.objects[1]->digest);
    CHECK(after.objects[2]->digest == before.objects[2]->digest);
    // The cache must not hide it either.
    CHECK(render_route_server(snapshot, cache)->root == after.root);
  }
}

TEST_CASE("Objects do not depend on policy, revision or the route server's own numbers") {
  auto snapshot = three_members();
  const auto before = render_route_server(snapshot).value();
  snapshot.revision = 99;
  snapshot.policy.max_path_length = 5;
  snapshot.policy.bogon_prefixes.clear();
  snapshot.route_server.name = "rs2";
  snapshot.route_server.router_id = ip("10.77.0.2");
  snapshot.route_server.rtr_caches.clear();
  snapshot.route_server.attachments[0].ipv4 = ip("10.77.0.2");
  snapshot.route_server.attachments[0].local_asn = asn(1000009);
  const auto after = render_route_server(snapshot).value();
  CHECK(digests(after) == digests(before));
  CHECK(after.root != before.root);
}

TEST_CASE("With a cache a change makes one new object and takes the others from before") {
  ObjectCache cache;
  auto snapshot = three_members();
  const auto first = render_route_server(snapshot, cache).value();
  CHECK(shared(first, render_route_server(snapshot, cache).value()) == 3);
  snapshot.memberships[2].ttl_security = true;
  const auto second = render_route_server(snapshot, cache).value();
  CHECK(shared(first, second) == 2);
  CHECK(second.root == render_route_server(snapshot)->root);

  SUBCASE("another route server has a place of its own") {
    auto other = snapshot;
    other.route_server.id = 2;
    other.route_server.state = domain::RouteServerState::maintenance;
    CHECK(shared(second, render_route_server(other, cache).value()) == 0);
    CHECK(shared(second, render_route_server(snapshot, cache).value()) == 3);
  }
  SUBCASE("a membership that left is forgotten") {
    auto smaller = snapshot;
    smaller.memberships.pop_back();
    CHECK(render_route_server(smaller, cache)->objects.size() == 2);
    CHECK(shared(second, render_route_server(snapshot, cache).value()) == 2);
  }
}

TEST_CASE("Threads may share one cache and one set of templates") {
  ObjectCache cache;
  const auto expected = render_route_server(three_members())->root;
  std::atomic<int> equal = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (std::int64_t route_server = 1; route_server <= 4; ++route_server) {
      threads.emplace_back([&, route_server] {
        auto snapshot = three_members();
        snapshot.route_server.id = route_server % 2;
        for (int i = 0; i < 50; ++i) equal += render_route_server(snapshot, cache)->root == expected ? 1 : 0;
      });
    }
  }
  CHECK(equal == 200);
}

TEST_CASE("Removing one RTR cache leaves the others under their names") {
  auto snapshot = empty_snapshot();
  snapshot.route_server.rtr_caches = {{ip("192.0.2.1"), 323}, {ip("2001:db8::1"), 8282}};
  const auto both = render_route_server(snapshot)->root;
  CHECK(both.find("protocol rpki rtr_192_0_2_1_323 {") != std::string::npos);
  CHECK(both.find("protocol rpki rtr_2001_db8__1_8282 {") != std::string::npos);
  snapshot.route_server.rtr_caches.erase(snapshot.route_server.rtr_caches.begin());
  CHECK(render_route_server(snapshot)->root.find("protocol rpki rtr_2001_db8__1_8282 {") != std::string::npos);
}

TEST_CASE("A route server's state decides whether its sessions run") {
  using enum domain::RouteServerState;
  for (const auto state : domain::kRouteServerStates) {
    auto snapshot = three_members();
    snapshot.route_server.state = state;
    const bool runs = state == joining || state == enabled || state == draining;
    const auto config = render_route_server(snapshot).value();
    CAPTURE(static_cast<int>(state));
    for (const auto& object : config.objects) CHECK((object->text.find("disabled yes;") == std::string::npos) == runs);
  }
}

TEST_CASE("A key that BIRD cannot hold names its membership and never shows the key") {
  for (const std::string key : {"short12", "with space1", "quote\"quote", "semi;colon", "new\nline12", "umläut-key"}) {
    CAPTURE(key);
    auto snapshot = three_members();
    snapshot.memberships[1].md5_key = key;
    const auto config = render_route_server(snapshot);
    REQUIRE(!config);
    CHECK(config.error().code == ErrorCode::invalid_argument);
    CHECK(config.error().facts == std::vector<std::pair<std::string, std::string>>{{"membership_id", "2"}});
    CHECK(config.error().message.find(key) == std::string::npos);
    CHECK(config.error().detail.find(key) == std::string::npos);
  }
}

TEST_CASE("A membership on a network without attachment is a bug") {
  auto snapshot = three_members();
  snapshot.memberships[1].network_number = 7;
  CHECK_THROWS_AS(static_cast<void>(render_route_server(snapshot)), std::logic_error);
}

TEST_CASE("A skeleton holds everything shared and one object") {
  const auto snapshot = three_members();
  const auto config = render_route_server(snapshot).value();
  const auto skeleton = render::render_skeleton(snapshot, config.objects[1]);
  CHECK(skeleton.objects.size() == 1);
  CHECK(skeleton.root.find(config.objects[1]->digest) != std::string::npos);
  CHECK(skeleton.root.find(config.objects[0]->digest) == std::string::npos);
  CHECK(skeleton.root.find("define ZTIX_DIGEST = \"" + skeleton.ztix_digest + "\";") != std::string::npos);
  CHECK(skeleton.ztix_digest != config.ztix_digest);
}

TEST_CASE("A directory of another name is used in every include line") {
  const auto config = render_route_server(three_members(), "/tmp/somewhere").value();
  CHECK(config.root.find("/var/lib/ztix-rs") == std::string::npos);
  CHECK(config.root.find("include \"/tmp/somewhere/object-" + config.objects[0]->digest + ".conf\";") !=
        std::string::npos);
}
