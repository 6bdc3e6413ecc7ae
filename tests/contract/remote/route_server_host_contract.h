#pragma once

/// @file tests/contract/remote/route_server_host_contract.h
/// What every service::RouteServerHost does, real or in memory.
///
/// A `World` has: `service::RouteServerHosts& hosts()`, `service::RouteServerEndpoint endpoint()`, `void
/// pass(seconds)`, `kill_bird()`, `start_bird()`, `corrupt(file digest)`, `set_reachable(bool)`,
/// `static long milliseconds(since)`.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "core/digest/digest.h"
#include "core/service/ports/route_server_host.h"
#include "tests/support/tiny_bird_config.h"

namespace ztix::test {

using namespace std::chrono_literals;

inline Uuid our_installation() { return *Uuid::parse("11111111-1111-4111-8111-111111111111"); }
inline Uuid other_installation() { return *Uuid::parse("22222222-2222-4222-8222-222222222222"); }
inline service::HostCredential fence(std::int64_t number) { return {our_installation(), number, "4711"}; }

/// A value, or a test failure that says why not.
template <class T>
T must(Result<T> result) {
  if (!result) {
    FAIL(std::string(to_string(result.error().code))
         << ' ' << result.error().reason << ' ' << result.error().message << ' ' << result.error().detail);
  }
  return std::move(result).value();
}
inline void must(const Status& status) {
  if (!status) {
    FAIL(std::string(to_string(status.error().code))
         << ' ' << status.error().reason << ' ' << status.error().message << ' ' << status.error().detail);
  }
}

template <class T>
void refused(const Result<T>& result, ErrorCode code, const std::string& reason) {
  REQUIRE_FALSE(result.has_value());
  CHECK(to_string(result.error().code) == to_string(code));
  CHECK(result.error().reason == reason);
}

/// What is written from now on is newer than what was written before: a file's time is the kernel's last tick (Linux,
/// current_time(): up to 10 ms old), and which of two files of one tick is newer nobody can say.
inline void await_next_file_time() {
  const auto tick = [] {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return std::pair(now.tv_sec, now.tv_nsec);
  };
  const auto before = tick();
  while (tick() == before) std::this_thread::sleep_for(1ms);
}

/// A host with two roots on disk: `one` has session 1, `two` has sessions 1 and 2.
template <class World>
struct HostContract {
  World world;
  std::shared_ptr<service::RouteServerHost> host = must(world.hosts().connect(world.endpoint()));
  TinyRoot one = tiny_root(1, {session_object(1)});
  TinyRoot two = tiny_root(2, {session_object(1), session_object(2)});

  HostContract() { must(host->put(fence(1), {session_object(1), session_object(2), one.text, two.text})); }

  void check_and_arm(const TinyRoot& root, std::chrono::seconds undo_after = 60s,
                     const std::vector<std::string>& down = {}) {
    CHECK(must(host->check(fence(1), root.file_digest)).ok);
    must(host->arm(fence(1), root.file_digest, undo_after, down));
  }
  void apply(const TinyRoot& root) {
    check_and_arm(root);
    must(host->confirm(fence(1), root.file_digest));
    must(host->persist(fence(1), root.file_digest));
  }
  service::HostProbe probe() { return must(host->probe(fence(1))); }
  /// `down`, `start`, `up`; empty when BIRD has no such protocol.
  std::string state_of(const std::string& name) { return find(name).state; }
  service::ProtocolStatus find(const std::string& name) {
    for (const auto& protocol : probe().protocols) {
      if (protocol.name == name) return protocol;
    }
    return {};
  }
};

TEST_CASE_TEMPLATE_DEFINE("a fresh host says that it runs its boot file", World, fresh_host) {
  HostContract<World> c;
  const auto found = c.probe();
  CHECK(found.bird_up);
  CHECK(found.bird_version == "2.0.12");
  CHECK_FALSE(found.armed);
  CHECK(found.running_revision == 0);
  CHECK(found.running_digest == found.boot_digest);
  CHECK(found.running_root == found.boot_root);
  CHECK(found.highest_revision == 2);
  CHECK(found.fence == 1);
  CHECK_FALSE(found.bird_started.empty());
}

TEST_CASE_TEMPLATE_DEFINE("the host names files by their digest and says which it lacks", World, files) {
  HostContract<World> c;
  const auto absent = digest::sha256_hex("never sent");
  CHECK(must(c.host->missing(fence(1), {c.one.file_digest, absent, digest::sha256_hex(session_object(1))})) ==
        std::vector<std::string>{absent});
  CHECK(must(c.host->put(fence(1), {"# a\n", "# b\n"})) ==
        std::vector<std::string>{digest::sha256_hex("# a\n"), digest::sha256_hex("# b\n")});
  CHECK(must(c.host->missing(fence(1), {digest::sha256_hex("# a\n")})).empty());
}

TEST_CASE_TEMPLATE_DEFINE("the host gives back every file it was given, byte for byte", World, given_back) {
  HostContract<World> c;
  const std::string odd = "# no newline at the end, and \\ ' \" %s $x";
  must(c.host->put(fence(1), {odd}));
  const std::vector<std::string> digests{c.two.file_digest, digest::sha256_hex(odd),
                                         digest::sha256_hex(session_object(1))};
  CHECK(must(c.host->get(fence(1), digests)) == std::vector<std::string>{c.two.text, odd, session_object(1)});
  refused(c.host->get(fence(1), {digest::sha256_hex("never sent")}), ErrorCode::conflict, "missing");
}

TEST_CASE_TEMPLATE_DEFINE("check names the file and the line that BIRD refuses", World, bad_file) {
  HostContract<World> c;
  const std::string bad = "# first line\nbogus word;\n";
  const auto root = tiny_root(3, {bad});
  must(c.host->put(fence(1), {bad, root.text}));
  const auto verdict = must(c.host->check(fence(1), root.file_digest));
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.file == "/var/lib/ztix-rs/object-" + digest::sha256_hex(bad) + ".conf");
  CHECK(verdict.line == 2);
  CHECK_FALSE(verdict.message.empty());
  refused(c.host->arm(fence(1), root.file_digest, 60s, {}), ErrorCode::conflict, "not_checked");
}

TEST_CASE_TEMPLATE_DEFINE("a root whose object is missing or damaged is refused", World, broken_object) {
  HostContract<World> c;
  const auto root = tiny_root(3, {session_object(1), session_object(3)});
  must(c.host->put(fence(1), {root.text}));
  refused(c.host->check(fence(1), root.file_digest), ErrorCode::conflict, "missing");
  c.world.corrupt(digest::sha256_hex(session_object(2)));
  refused(c.host->check(fence(1), c.two.file_digest), ErrorCode::conflict, "corrupt");
}

TEST_CASE_TEMPLATE_DEFINE("nothing is armed that was not checked", World, unchecked) {
  HostContract<World> c;
  refused(c.host->arm(fence(1), c.one.file_digest, 60s, {}), ErrorCode::conflict, "not_checked");
  CHECK(c.probe().running_revision == 0);
}

TEST_CASE_TEMPLATE_DEFINE("an armed configuration runs, is not the boot file, and nothing else is armed over it", World,
                          armed) {
  HostContract<World> c;
  const auto boot = c.probe().boot_root;
  c.check_and_arm(c.one);
  const auto status = must(c.host->status(fence(1)));
  CHECK(status.armed);
  CHECK(status.undo_in > 30s);
  CHECK(status.undo_in <= 60s);
  CHECK(status.running_revision == 1);
  CHECK(status.running_digest == c.one.ztix_digest);
  const auto found = c.probe();
  CHECK(found.running_root == c.one.file_digest);
  CHECK(found.boot_root == boot);
  CHECK(must(c.host->check(fence(1), c.two.file_digest)).ok);
  refused(c.host->arm(fence(1), c.two.file_digest, 60s, {}), ErrorCode::conflict, "armed");
  refused(c.host->persist(fence(1), c.one.file_digest), ErrorCode::conflict, "armed");
  CHECK(must(c.host->status(fence(1))).running_revision == 1);
}

TEST_CASE_TEMPLATE_DEFINE("a confirmed configuration stays, becomes the boot file, and is never undone", World,
                          confirmed) {
  HostContract<World> c;
  c.check_and_arm(c.one);
  refused(c.host->confirm(fence(1), c.two.file_digest), ErrorCode::conflict, "digest_not_running");
  must(c.host->confirm(fence(1), c.one.file_digest));
  CHECK_FALSE(must(c.host->status(fence(1))).armed);
  refused(c.host->confirm(fence(1), c.one.file_digest), ErrorCode::conflict, "not_armed");
  refused(c.host->undo(fence(1), c.one.file_digest), ErrorCode::conflict, "not_armed");
  refused(c.host->persist(fence(1), c.two.file_digest), ErrorCode::conflict, "digest_not_running");
  must(c.host->persist(fence(1), c.one.file_digest));
  must(c.host->persist(fence(1), c.one.file_digest));
  const auto found = c.probe();
  CHECK(found.boot_root == c.one.file_digest);
  CHECK(found.boot_digest == c.one.ztix_digest);
  CHECK(found.boot_revision == 1);
}

TEST_CASE_TEMPLATE_DEFINE("BIRD takes an unconfirmed configuration back by itself, and a late confirm is no success",
                          World, expired) {
  HostContract<World> c;
  c.apply(c.one);
  c.check_and_arm(c.two, 2s);
  c.world.pass(3s);
  refused(c.host->confirm(fence(1), c.two.file_digest), ErrorCode::conflict, "not_armed");
  CHECK(must(c.host->status(fence(1))).running_revision == 1);
  const auto found = c.probe();
  CHECK(found.running_root == c.one.file_digest);
  CHECK(found.boot_root == c.one.file_digest);
}

TEST_CASE_TEMPLATE_DEFINE("the first look after BIRD's own undo says so and switches off again what it started", World,
                          rolled_back) {
  HostContract<World> c;
  c.apply(c.one);
  c.check_and_arm(c.two, 2s, {session_name(1)});
  c.world.pass(3s);
  const auto found = c.probe();
  CHECK(found.rolled_back == c.two.file_digest);
  CHECK(c.state_of(session_name(1)) == "down");
  CHECK(c.probe().rolled_back.empty());
}

TEST_CASE_TEMPLATE_DEFINE("undo goes back at once, and what must stay down stays down through both", World, undone) {
  HostContract<World> c;
  c.apply(c.one);
  CHECK(c.state_of(session_name(1)) == "start");
  c.check_and_arm(c.two, 60s, {session_name(1), "as64999_1_n1_v4"});
  CHECK(c.state_of(session_name(1)) == "down");
  CHECK(c.state_of(session_name(2)) == "start");
  refused(c.host->undo(fence(1), c.one.file_digest), ErrorCode::conflict, "digest_not_running");
  must(c.host->undo(fence(1), c.two.file_digest));
  CHECK(must(c.host->status(fence(1))).running_revision == 1);
  CHECK(c.state_of(session_name(1)) == "down");
  CHECK(c.state_of(session_name(2)).empty());
  refused(c.host->undo(fence(1), c.two.file_digest), ErrorCode::conflict, "not_armed");
}

TEST_CASE_TEMPLATE_DEFINE("a disabled session stays down through every apply until it is enabled", World, disabled) {
  HostContract<World> c;
  c.apply(c.one);
  must(c.host->disable(fence(1), {session_name(1)}));
  CHECK(c.state_of(session_name(1)) == "down");
  CHECK(c.probe().kept_down == std::vector<std::string>{session_name(1)});
  c.apply(c.two);
  CHECK(c.state_of(session_name(1)) == "down");
  must(c.host->enable(fence(1), {session_name(1)}));
  CHECK(c.state_of(session_name(1)) == "start");
  CHECK(c.probe().kept_down.empty());
}

TEST_CASE_TEMPLATE_DEFINE("a session that is not up counts no routes", World, uncounted) {
  HostContract<World> c;
  c.apply(c.one);
  const auto session = c.find(session_name(1));
  CHECK(session.protocol == "BGP");
  CHECK_FALSE(session.counters);
  CHECK_FALSE(session.is_limit_hit);
}

TEST_CASE_TEMPLATE_DEFINE("a session that a change does not touch is not restarted", World, untouched) {
  HostContract<World> c;
  c.apply(c.one);
  const auto before = World::milliseconds(c.find(session_name(1)).since);
  c.world.pass(1s);
  while (World::milliseconds(c.probe().server_time) - before < 100) continue;
  c.apply(c.two);
  // Two answers of one BIRD differ by its rounding; a restart would be that much later.
  CHECK(std::abs(World::milliseconds(c.find(session_name(1)).since) - before) < 20);
  CHECK(World::milliseconds(c.find(session_name(2)).since) - before > 20);
  c.apply(c.one);
  CHECK(std::abs(World::milliseconds(c.find(session_name(1)).since) - before) < 20);
  CHECK(c.find(session_name(2)).name.empty());
}

TEST_CASE_TEMPLATE_DEFINE("the host refuses every fence below the highest it has seen", World, fenced) {
  HostContract<World> c;
  must(c.host->probe(fence(7)));
  refused(c.host->probe(fence(6)), ErrorCode::fenced, "fenced");
  refused(c.host->arm(fence(1), c.one.file_digest, 60s, {}), ErrorCode::fenced, "fenced");
  const auto answer = c.host->gc(fence(6));
  refused(answer, ErrorCode::fenced, "fenced");
  CHECK(answer.error().facts == std::vector<std::pair<std::string, std::string>>{{"host_fence", "7"}});
  CHECK(must(c.host->probe(fence(7))).fence == 7);
}

TEST_CASE_TEMPLATE_DEFINE("a host belongs to one installation until another takes it over", World, adopted) {
  HostContract<World> c;
  must(c.host->probe(fence(7)));
  const service::HostCredential stranger{other_installation(), 3, ""};
  refused(c.host->probe(stranger), ErrorCode::forbidden, "foreign_installation");
  refused(c.host->disable(stranger, {session_name(1)}), ErrorCode::forbidden, "foreign_installation");
  CHECK(must(c.host->adopt(stranger)).fence == 3);
  CHECK(must(c.host->probe(stranger)).fence == 3);
  refused(c.host->probe(fence(8)), ErrorCode::forbidden, "foreign_installation");
}

TEST_CASE_TEMPLATE_DEFINE("a BIRD that dies while armed comes back with the old configuration", World, killed) {
  HostContract<World> c;
  c.apply(c.one);
  c.check_and_arm(c.two);
  c.world.kill_bird();
  const auto down = c.probe();
  CHECK_FALSE(down.bird_up);
  CHECK(down.boot_root == c.one.file_digest);
  refused(c.host->status(fence(1)), ErrorCode::upstream, "bird_down");
  refused(c.host->confirm(fence(1), c.two.file_digest), ErrorCode::upstream, "bird_down");
  c.world.start_bird();
  const auto found = c.probe();
  CHECK(found.running_root == c.one.file_digest);
  CHECK_FALSE(found.armed);
  refused(c.host->persist(fence(1), c.two.file_digest), ErrorCode::conflict, "digest_not_running");
  // Checked by a BIRD that is gone.
  refused(c.host->arm(fence(1), c.two.file_digest, 60s, {}), ErrorCode::conflict, "not_checked");
}

TEST_CASE_TEMPLATE_DEFINE("gc keeps what running, boot and the newest roots need", World, collected) {
  HostContract<World> c;
  c.apply(c.one);
  for (int revision = 10; revision < 18; ++revision) {
    const auto root = tiny_root(revision, {session_object(revision)});
    must(c.host->put(fence(1), {session_object(revision), root.text}));
    await_next_file_time();
  }
  // Left: the first boot file, root two and its object 2, roots 10, 11 and 12 with an object each.
  CHECK(must(c.host->gc(fence(1))) == 9);
  CHECK(must(c.host->missing(fence(1), {c.one.file_digest, digest::sha256_hex(session_object(1))})).empty());
  CHECK(must(c.host->missing(fence(1),
                             {digest::sha256_hex(session_object(12)), digest::sha256_hex(session_object(13))})) ==
        std::vector<std::string>{digest::sha256_hex(session_object(12))});
  CHECK(must(c.host->gc(fence(1))) == 0);
}

TEST_CASE_TEMPLATE_DEFINE("a host that cannot be reached says so, and the same object works again later", World,
                          unreachable) {
  HostContract<World> c;
  c.world.set_reachable(false);
  refused(c.host->probe(fence(1)), ErrorCode::unavailable, "ssh_unreachable");
  refused(c.world.hosts().connect_fresh(c.world.endpoint()), ErrorCode::unavailable, "ssh_unreachable");
  c.world.set_reachable(true);
  CHECK(c.probe().bird_up);
}

#define ZTIX_ROUTE_SERVER_HOST_CONTRACT(World)     \
  TEST_CASE_TEMPLATE_INVOKE(fresh_host, World);    \
  TEST_CASE_TEMPLATE_INVOKE(files, World);         \
  TEST_CASE_TEMPLATE_INVOKE(given_back, World);    \
  TEST_CASE_TEMPLATE_INVOKE(bad_file, World);      \
  TEST_CASE_TEMPLATE_INVOKE(broken_object, World); \
  TEST_CASE_TEMPLATE_INVOKE(unchecked, World);     \
  TEST_CASE_TEMPLATE_INVOKE(armed, World);         \
  TEST_CASE_TEMPLATE_INVOKE(confirmed, World);     \
  TEST_CASE_TEMPLATE_INVOKE(expired, World);       \
  TEST_CASE_TEMPLATE_INVOKE(rolled_back, World);   \
  TEST_CASE_TEMPLATE_INVOKE(undone, World);        \
  TEST_CASE_TEMPLATE_INVOKE(disabled, World);      \
  TEST_CASE_TEMPLATE_INVOKE(uncounted, World);     \
  TEST_CASE_TEMPLATE_INVOKE(untouched, World);     \
  TEST_CASE_TEMPLATE_INVOKE(fenced, World);        \
  TEST_CASE_TEMPLATE_INVOKE(adopted, World);       \
  TEST_CASE_TEMPLATE_INVOKE(killed, World);        \
  TEST_CASE_TEMPLATE_INVOKE(collected, World);     \
  TEST_CASE_TEMPLATE_INVOKE(unreachable, World)

}  // namespace ztix::test
