#include "tests/integration/route_server/host_calls.h"
#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

std::string state_of(const BirdHost& host) {
  return host
      .inside({"sh", "-c",
               "cd /; find var/lib/ztix-rs var/lib/ztix usr/local/lib/ztix etc/bird etc/systemd/system/bird.service.d "
               "-printf '%p %U:%G %m %l\\n' "
               "| sort; find var/lib/ztix-rs var/lib/ztix usr/local/lib/ztix etc/bird "
               "etc/systemd/system/bird.service.d -type f | sort | xargs "
               "sha256sum; grep -c ztix etc/passwd etc/group"})
      .out;
}

Finished install(const BirdHost& host, const std::vector<std::string>& more) {
  std::vector<std::string> words{in_checkout("route-server/install"), "--helper", in_build("bin/ztix-rs")};
  words.insert(words.end(), more.begin(), more.end());
  return host.inside(words);
}

TEST_CASE("installing again changes nothing, and keeps the boot file that ZTIX put there") {
  const TrialHost trial;
  trial.apply(trial.one);
  const auto before = state_of(trial.host);
  const auto again =
      install(trial.host, {"--public-key", trial.host.folder() + "/id.pub", "--router-id", "192.0.2.99"});
  CAPTURE(again.err);
  CHECK(again.exit_code == 0);
  CHECK(again.out.find("boot file root-" + trial.one.file_digest) != std::string::npos);
  CHECK(state_of(trial.host) == before);
}

TEST_CASE("the first boot file is one of ours: revision 0, with the digest of its own text") {
  const BirdHost host;
  const auto text = host.inside({"cat", "/etc/bird/bird.conf"}).out;
  CHECK(text.starts_with("# ztix-root\ndefine ZTIX_REVISION = 0;\n"));
  std::string rest;
  for (std::size_t from = 0; from < text.size();) {
    const auto to = text.find('\n', from) + 1;
    const auto line = text.substr(from, to - from);
    if (!line.starts_with("define ZTIX_")) rest += line;
    from = to;
  }
  CHECK(text.find("define ZTIX_DIGEST = \"" + digest::sha256_hex(rest) + "\";\n") != std::string::npos);
  CHECK(text.find("router id 192.0.2.1;\n") != std::string::npos);
  CHECK(host.boot_target() == "root-" + digest::sha256_hex(text) + ".conf");
}

TEST_CASE("the worker's key runs the helper and nothing else, and ztix cannot change that") {
  const BirdHost host;
  const auto keys = host.inside({"cat", "/var/lib/ztix/.ssh/authorized_keys"}).out;
  CHECK(keys.starts_with("restrict,command=\"/usr/local/lib/ztix/ztix-rs\" ssh-ed25519 "));
  for (const auto* const path : {"/var/lib/ztix/.ssh/authorized_keys", "/usr/local/lib/ztix/ztix-rs",
                                 "/var/lib/ztix/.ssh", "/usr/local/lib/ztix"}) {
    CAPTURE(std::string(path));
    CHECK(
        host.inside({"setpriv", "--reuid", "ztix", "--regid", "ztix", "--init-groups", "test", "-w", path}).exit_code ==
        1);
  }
}

TEST_CASE("a former configuration is kept, and wrong words are refused") {
  const BirdHost host;
  CHECK(host.inside({"test", "-s", "/etc/bird/bird.conf.before-ztix"}).exit_code == 0);
  CHECK(install(host, {}).exit_code == 2);
  CHECK(install(host, {"--public-key", "/etc/hostname", "--router-id", "192.0.2.1"}).exit_code == 2);
  CHECK(install(host, {"--public-key", host.folder() + "/id.pub", "--router-id", "192.0.2.1; log"}).exit_code == 2);
}

TEST_CASE("without the program nothing is installed, and the way to get it is said") {
  const BirdHost host;
  const auto before = state_of(host);
  const auto answer = host.inside({in_checkout("route-server/install"), "--public-key", host.folder() + "/id.pub",
                                   "--router-id", "192.0.2.1", "--helper", "/nowhere/ztix-rs"});
  CHECK(answer.exit_code == 2);
  CHECK(answer.err.find("there is no program /nowhere/ztix-rs") != std::string::npos);
  CHECK(answer.err.find("--component route-server") != std::string::npos);
  CHECK(state_of(host) == before);
}

TEST_CASE("a host with the former helper keeps its files, its fence and its trial when it gets the program") {
  const TrialHost trial;
  trial.apply(trial.one);
  // What the helper of before left: its parts, and notes in its hand.
  const auto started = trial.host.inside({"stat", "-c", "%y", "/run/bird/bird.ctl"}).out;  // date, time, zone
  const auto when = started.substr(0, 10) + "T" + started.substr(11, started.find(' ', 11) - 11) + "Z";
  trial.host.inside({"sh", "-c",
                     "mkdir /usr/local/lib/ztix/ztix-rs.d; touch /usr/local/lib/ztix/ztix-rs.d/look.sh; cd "
                     "/var/lib/ztix-rs; printf '%s %-18s\\n' " +
                         kUs + " 7 > fence; printf '%s\\n' '" + trial.two.file_digest + " 2.0.12 " + when +
                         "' > checked; printf '%s\\n' " + session_name(1) + " > held"});
  const auto again =
      install(trial.host, {"--public-key", trial.host.folder() + "/id.pub", "--router-id", "192.0.2.99"});
  CHECK(again.exit_code == 0);
  CHECK(trial.host.inside({"ls", "/usr/local/lib/ztix"}).out == "bird-reload\nztix-rs\n");
  CHECK(expect(3, trial.call("status")).out == "fenced 7\n");
  expect(0, trial.host.helper("arm " + kUs + " 7 " + trial.two.file_digest + " 60"));
  CHECK(says(expect(0, trial.host.helper("probe " + kUs + " 7")), "kept_down " + session_name(1)));
}

TEST_CASE("BIRD runs with the right to bind port 179 and no other") {
  const BirdHost host;
  const auto status = host.inside({"sh", "-c", "cat /proc/$(cat /run/bird/bird.pid)/status"}).out;
  CHECK(status.find("CapEff:\t0000000000000400\n") != std::string::npos);
  CHECK(status.find("CapBnd:\t0000000000000400\n") != std::string::npos);
  // What the drop-in asks systemd for; the fixture does the same by hand.
  const auto drop_in = read_file(in_checkout("route-server/bird.service.d/ztix.conf"));
  for (const auto* const line :
       {"User=bird\n", "AmbientCapabilities=CAP_NET_BIND_SERVICE\n", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE\n",
        "ExecReload=\nExecReload=/usr/local/lib/ztix/bird-reload\n"}) {
    CAPTURE(std::string(line));
    CHECK(drop_in.find(line) != std::string::npos);
  }
}

}  // namespace
}  // namespace ztix::test
