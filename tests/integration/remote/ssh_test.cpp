/// The connection: whom it trusts, what it survives, what it costs. The verbs are in tests/contract/remote.

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/digest/digest.h"
#include "core/remote/ssh_route_server_hosts.h"
#include "tests/support/bird_host.h"
#include "tests/support/tiny_bird_config.h"

namespace ztix::test {
namespace {

using namespace std::chrono_literals;

service::HostCredential us(std::int64_t fence = 1) {
  return {*Uuid::parse("11111111-1111-4111-8111-111111111111"), fence, "42"};
}

/// A host with sshd.
struct Reachable {
  Reachable() { host.start_sshd(); }
  [[nodiscard]] remote::SshSettings settings() const { return {host.private_key_path()}; }
  [[nodiscard]] int logins() const {
    const auto log = read_file(host.folder() + "/sshd.log");
    int count = 0;
    for (auto at = log.find("Accepted publickey"); at != std::string::npos; at = log.find("Accepted publickey", at + 1))
      ++count;
    return count;
  }
  BirdHost host;
};

/// Another key pair; returns the public line's first two words.
std::string make_key(const std::string& path, const std::string& type = "ed25519") {
  run_or_throw({"ssh-keygen", "-q", "-t", type, "-N", "", "-f", path});
  const auto line = read_file(path + ".pub");
  return line.substr(0, line.find(' ', line.find(' ') + 1));
}

TEST_CASE("a host with another key than the pinned one is refused before anything is sent") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  auto endpoint = there.host.endpoint();
  SUBCASE("another key of the same type") { endpoint.host_key = make_key(there.host.folder() + "/other"); }
  SUBCASE("a key of a type the host does not have") {
    endpoint.host_key = make_key(there.host.folder() + "/other", "ecdsa");
  }
  SUBCASE("nothing pinned") { endpoint.host_key.clear(); }
  const auto refused = hosts.connect(endpoint);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::forbidden);
  CHECK(refused.error().reason == "host_key_mismatch");
  CHECK(refused.error().message.find("ztix rs add") != std::string::npos);
  CHECK(there.logins() == 0);
}

TEST_CASE("a scan shows the key to pin and trusts nothing") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto endpoint = there.host.endpoint();
  const auto key = hosts.scan_host_key(endpoint.host, endpoint.port);
  REQUIRE(key.has_value());
  CHECK(*key == endpoint.host_key);
  CHECK(there.logins() == 0);
}

TEST_CASE("a comment behind the pinned key does not matter") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  auto endpoint = there.host.endpoint();
  endpoint.host_key += " root@rs1\n";
  CHECK(hosts.connect(endpoint).has_value());
}

TEST_CASE("a key that the host does not know, and one that cannot be read, are told apart") {
  const Reachable there;
  const auto stranger = there.host.folder() + "/stranger";
  make_key(stranger);
  remote::SshRouteServerHosts as_stranger({stranger});
  const auto denied = as_stranger.connect(there.host.endpoint());
  REQUIRE_FALSE(denied.has_value());
  CHECK(denied.error().code == ErrorCode::unauthenticated);
  CHECK(denied.error().reason == "ssh_login_refused");

  remote::SshRouteServerHosts without({"/nonexistent/key"});
  const auto unreadable = without.connect(there.host.endpoint());
  REQUIRE_FALSE(unreadable.has_value());
  CHECK(unreadable.error().code == ErrorCode::internal);
  CHECK(unreadable.error().reason == "ssh_private_key");
  CHECK(unreadable.error().message.find("/nonexistent") == std::string::npos);
}

TEST_CASE("the worker's key opens no shell, no file transfer and no tunnel") {
  const Reachable there;
  const auto endpoint = there.host.endpoint();
  const auto ssh = [&](std::vector<std::string> more) {
    std::vector<std::string> words{"ssh",
                                   "-F",
                                   "none",
                                   "-i",
                                   there.host.private_key_path(),
                                   "-p",
                                   std::to_string(endpoint.port),
                                   "-o",
                                   "StrictHostKeyChecking=no",
                                   "-o",
                                   "UserKnownHostsFile=/dev/null",
                                   "-o",
                                   "BatchMode=yes",
                                   "-o",
                                   "LogLevel=ERROR"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  };
  CHECK(ssh({"ztix@127.0.0.1", "id"}).out == "refused usage arguments\n");
  CHECK(ssh({"ztix@127.0.0.1", "touch /var/lib/ztix-rs/pwned\nprobe"}).out == "refused usage words\n");
  CHECK(ssh({"ztix@127.0.0.1"}).out == "refused usage words\n");
  CHECK(ssh({"-tt", "ztix@127.0.0.1", "id"}).out.find("uid=") == std::string::npos);
  CHECK(ssh({"-s", "ztix@127.0.0.1", "sftp"}).exit_code != 0);
  CHECK(ssh({"-W", "127.0.0.1:" + std::to_string(endpoint.port), "ztix@127.0.0.1"}).exit_code != 0);
}

TEST_CASE("one connection serves many calls, and a verify gets one of its own") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 20; ++i) {
    const auto host = hosts.connect(there.host.endpoint());
    REQUIRE(host.has_value());
    REQUIRE((*host)->status(us()).has_value());
  }
  const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
  MESSAGE("one warm status call: " << spent.count() / 20 << " ms");
  CHECK(there.logins() == 1);
  for (int i = 0; i < 3; ++i) {
    const auto host = hosts.connect_fresh(there.host.endpoint());
    REQUIRE(host.has_value());
    CHECK((*host)->status(us()).has_value());
  }
  CHECK(there.logins() == 4);
}

TEST_CASE("a connection that died while idle is replaced without a word") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint());
  REQUIRE(host.has_value());
  REQUIRE((*host)->status(us()).has_value());
  // Only the process that serves us; sshd itself goes on listening.
  there.host.inside({"sh", "-c", "kill -KILL $(pgrep -u ztix -x sshd)"});
  CHECK((*host)->status(us()).has_value());
  CHECK(there.logins() == 2);
}

/// Process ids of the helpers that run on the host, one a line.
std::string helpers(const Reachable& there) { return there.host.inside({"pgrep", "-u", "ztix", "-x", "ztix-rs"}).out; }

TEST_CASE("one helper takes all calls of a connection, also after an upload that was refused") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  REQUIRE(host->status(us()).has_value());
  const auto helper = helpers(there);
  CHECK(std::count(helper.begin(), helper.end(), '\n') == 1);
  const auto root = tiny_root(2, {session_object(1)});
  REQUIRE(host->put(us(), {session_object(1), root.text}).has_value());
  REQUIRE(host->check(us(), root.file_digest)->ok);
  CHECK(host->get(us(), {root.file_digest}).value() == std::vector<std::string>{root.text});
  CHECK(helpers(there) == helper);
  CHECK_FALSE(host->put(us(), {std::string((4U << 20U) + 1, 'x')}).has_value());
  CHECK(host->status(us()).has_value());
  CHECK(there.logins() == 1);
}

TEST_CASE("a helper that dies in the middle of a call is a lost connection, and the next call works") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  REQUIRE(host->status(us()).has_value());
  there.host.freeze_bird();
  std::thread killer([&there] {
    there.host.inside({"sh", "-c",
                       "while flock -n /var/lib/ztix-rs/lock true; do sleep 0.01; done; pkill -KILL -u ztix -x "
                       "ztix-rs"});
  });
  const auto lost = host->status(us());
  killer.join();
  there.host.thaw_bird();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().code == ErrorCode::unavailable);
  CHECK(lost.error().reason == "connection_lost");
  CHECK(host->status(us()).has_value());
}

TEST_CASE("a helper that was killed while idle, or replaced, is started anew without a word") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  REQUIRE(host->status(us()).has_value());
  SUBCASE("killed") {
    there.host.inside({"sh", "-c", "pkill -KILL -u ztix -x ztix-rs"});
    while (!helpers(there).empty()) std::this_thread::sleep_for(5ms);
  }
  SUBCASE("replaced") {
    there.host.inside({"sh", "-c",
                       "cp -p /usr/local/lib/ztix/ztix-rs /usr/local/lib/ztix/new; mv /usr/local/lib/ztix/new "
                       "/usr/local/lib/ztix/ztix-rs"});
  }
  CHECK(host->status(us()).has_value());
}

TEST_CASE("a helper of before, which serves nobody, is called one by one") {
  const Reachable there;
  there.host.inside({"sh", "-c",
                     "cd /usr/local/lib/ztix && mv ztix-rs real && printf '%s\\n' '#!/bin/sh' "
                     "'[ \"$SSH_ORIGINAL_COMMAND\" != serve ] || { echo refused usage arguments; exit 2; }' "
                     "'exec /usr/local/lib/ztix/real' > ztix-rs && chmod 755 ztix-rs"});
  REQUIRE(there.host.helper("serve").out == "refused usage arguments\n");
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  const auto root = tiny_root(2, {session_object(1)});
  REQUIRE(host->put(us(), {session_object(1), root.text}).has_value());
  CHECK(host->check(us(), root.file_digest)->ok);
  CHECK(helpers(there).empty());
  CHECK(there.logins() == 1);
}

TEST_CASE("a connection cut in the middle of an arm leaves an armed host, which BIRD takes back") {
  Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  const auto root = tiny_root(2, {session_object(1)});
  REQUIRE(host->put(us(), {session_object(1), root.text}).has_value());
  REQUIRE(host->check(us(), root.file_digest)->ok);
  // The lock is held until the connection is gone, so the cut comes surely before the effect.
  const auto log = there.host.folder() + "/cut.log";
  there.host.inside({"sh", "-c",
                     "exec > /dev/null 2>&1 < /dev/null; flock /var/lib/ztix-rs/lock sh -c 'touch /run/locked; while ! "
                     "[ -e /run/cut ]; do "
                     "sleep 0.01; done' & while ! [ -e /run/locked ]; do sleep 0.01; done"});
  std::thread cutter([&there] {
    there.host.inside({"sh", "-c",
                       "while ! ls -l /proc/$(pgrep -u ztix -x ztix-rs)/fd | grep -q ztix-rs/lock; do sleep 0.01; "
                       "done; kill -KILL $(pgrep -u ztix -x sshd); touch /run/cut"});
  });
  const auto lost = host->arm(us(), root.file_digest, 3s, {});
  cutter.join();
  REQUIRE_FALSE(lost.has_value());
  CHECK(lost.error().code == ErrorCode::unavailable);
  CHECK(lost.error().reason == "connection_lost");
  bool armed = false;
  for (int i = 0; i < 500 && !armed; ++i)
    armed = there.host.birdc("configure status").find("0022-") != std::string::npos;
  CHECK(armed);
  service::HostProbe probe = host->probe(us()).value();
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (probe.armed && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(20ms);
    probe = host->probe(us()).value();
  }
  CHECK_FALSE(probe.armed);
  CHECK(probe.running_revision == 0);
  CHECK(probe.running_root == probe.boot_root);
}

TEST_CASE("thousands of digests and megabytes of files go through in bounded calls") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  std::vector<std::string> contents;
  for (int i = 0; i < 450; ++i) contents.push_back("# object " + std::to_string(i) + "\n");
  for (char c = 'a'; c < 'f'; ++c) contents.emplace_back(3U << 20U, c);
  std::vector<std::string> digests;
  for (const auto& content : contents) digests.push_back(digest::sha256_hex(content));
  while (digests.size() < 2500) digests.push_back(digest::sha256_hex(std::to_string(digests.size())));
  CHECK(host->missing(us(), digests).value() == digests);
  const auto stored = host->put(us(), contents).value();
  CHECK(stored ==
        std::vector<std::string>(digests.begin(), digests.begin() + static_cast<std::ptrdiff_t>(contents.size())));
  CHECK(host->missing(us(), digests).value().size() == digests.size() - contents.size());
}

TEST_CASE("an upload that the host refuses early is told by its reason") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  const auto host = hosts.connect(there.host.endpoint()).value();
  REQUIRE(host->probe(us(9)).has_value());
  const auto fenced = host->put(us(8), {std::string(4U << 20U, 'x')});
  REQUIRE_FALSE(fenced.has_value());
  CHECK(fenced.error().code == ErrorCode::fenced);
  const auto too_large = host->put(us(9), {std::string((4U << 20U) + 1, 'x')});
  REQUIRE_FALSE(too_large.has_value());
  CHECK(too_large.error().reason == "helper_usage");
}

TEST_CASE("a call has a deadline of its own, and the next one works") {
  const Reachable there;
  auto settings = there.settings();
  settings.call_timeout = 1s;
  remote::SshRouteServerHosts hosts(settings);
  const auto host = hosts.connect(there.host.endpoint()).value();
  there.host.freeze_bird();
  const auto start = std::chrono::steady_clock::now();
  const auto late = host->status(us());
  const auto spent = std::chrono::steady_clock::now() - start;
  there.host.thaw_bird();
  REQUIRE_FALSE(late.has_value());
  CHECK(late.error().code == ErrorCode::timeout);
  CHECK(spent < 3s);
  settings.call_timeout = 30s;
  remote::SshRouteServerHosts patient(settings);
  CHECK(patient.connect(there.host.endpoint()).value()->status(us()).has_value());
}

TEST_CASE("a host that accepts and then stays silent costs the connect time-out") {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  REQUIRE(::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  REQUIRE(::listen(listener, 5) == 0);
  const auto start = std::chrono::steady_clock::now();
  const TempFolder folder;
  make_key(folder.path() + "/id");
  remote::SshSettings settings{folder.path() + "/id"};
  settings.connect_timeout = 1s;
  remote::SshRouteServerHosts hosts(settings);
  const auto silent = hosts.connect({"rs9", "127.0.0.1", ntohs(address.sin_port), "ztix", "ssh-ed25519 AAAA"});
  ::close(listener);
  REQUIRE_FALSE(silent.has_value());
  CHECK(silent.error().code == ErrorCode::timeout);
  CHECK(silent.error().reason == "ssh_unreachable");
  CHECK(std::chrono::steady_clock::now() - start < 4s);
}

TEST_CASE("several threads may use the same route servers") {
  const Reachable there;
  remote::SshRouteServerHosts hosts(there.settings());
  std::vector<std::thread> threads;
  std::vector<int> good(4);
  for (std::size_t i = 0; i < good.size(); ++i) {
    threads.emplace_back([&hosts, &there, &count = good[i]] {
      for (int call = 0; call < 5; ++call) {
        const auto host = hosts.connect(there.host.endpoint());
        if (host && (*host)->status(us())) ++count;
      }
      const auto fresh = hosts.connect_fresh(there.host.endpoint());
      if (fresh && (*fresh)->probe(us())) ++count;
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == std::vector<int>(4, 6));
}

}  // namespace
}  // namespace ztix::test
