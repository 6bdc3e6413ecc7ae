/// put, have, gc: the files of a host.

#include <chrono>
#include <thread>

#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

TEST_CASE("files are named by their digest, kept as root or object, and readable by BIRD only") {
  const TrialHost trial;
  const auto answer =
      expect(0, trial.call("put", "", frames({"# ztix-root\n", "# ztix-root \n", "#ztix-root\n", "x"})));
  CHECK(says(answer, "stored root " + digest::sha256_hex("# ztix-root\n") + " 12"));
  CHECK(says(answer, "stored object " + digest::sha256_hex("# ztix-root \n") + " 13"));
  CHECK(says(answer, "stored object " + digest::sha256_hex("x") + " 1"));
  const auto mode =
      trial.host.inside({"stat", "-c", "%a %U:%G", "/var/lib/ztix-rs/object-" + digest::sha256_hex("x") + ".conf"});
  CHECK(mode.out == "640 ztix:bird\n");
}

TEST_CASE("every byte arrives, NUL and newline included") {
  const TrialHost trial;
  std::string bytes;
  for (int i = 0; i < 70000; ++i) bytes.push_back(static_cast<char>(i * 7 % 256));
  CHECK(
      says(expect(0, trial.call("put", "", frames({bytes}))), "stored object " + digest::sha256_hex(bytes) + " 70000"));
  CHECK(read_file(trial.host.state_file("object-" + digest::sha256_hex(bytes) + ".conf")) == bytes);
}

TEST_CASE("an upload that is cut leaves nothing behind") {
  const TrialHost trial;
  const auto before = trial.listing();
  for (const auto& input :
       {std::string("10\nshort"), frames({"whole"}) + "10\nshort", std::string("10\n"), std::string("10")}) {
    CAPTURE(input);
    CHECK(expect(75, trial.call("put", "", input)).out == "refused truncated\n");
    CHECK(trial.listing() == before);
  }
}

TEST_CASE("a frame that is no frame is refused whole") {
  const TrialHost trial;
  const auto before = trial.listing();
  for (const auto* const input : {"x\n", "-1\nx", "01\nx", "\n", "1 \nx", "4194305\nx", "99999999999999999999\nx"}) {
    CAPTURE(std::string(input));
    expect(2, trial.call("put", "", frames({"good"}) + input));
    CHECK(trial.listing() == before);
  }
  const std::string largest(4194304, 'x');
  expect(0, trial.call("put", "", frames({largest})));
}

TEST_CASE("an upload that says where it ends is not read any further") {
  const TrialHost trial;
  CHECK(expect(0, trial.call("put", "", frames({"whole"}) + "0\n9\nnot mine")).out ==
        "stored object " + digest::sha256_hex("whole") + " 5\n");
  CHECK(expect(0, trial.call("put", "", "0\n")).out.empty());
  CHECK(trial.listing().find("incoming.") == std::string::npos);
}

TEST_CASE("a damaged file is healed by sending it again") {
  const TrialHost trial;
  const auto path = trial.host.state_file("object-" + digest::sha256_hex(session_object(1)) + ".conf");
  trial.host.inside(
      {"sh", "-c", "echo '# more' >> /var/lib/ztix-rs/object-" + digest::sha256_hex(session_object(1)) + ".conf"});
  CHECK(
      says(expect(5, trial.call("check", trial.one.file_digest)), "corrupt " + digest::sha256_hex(session_object(1))));
  expect(0, trial.call("put", "", frames({session_object(1)})));
  expect(0, trial.call("check", trial.one.file_digest));
  CHECK(read_file(path) == session_object(1));
}

TEST_CASE("a caller that stops in the middle of an upload keeps nobody out, and its rest is cleared away") {
  const TrialHost trial;
  const auto start =
      "cd /run && mkfifo pipe && chmod 666 pipe && { printf '10\\nhalf'; exec sleep 1000; } > pipe & sleep 0.1; cd "
      "/run; setpriv --reuid ztix "
      "--regid ztix "
      "--init-groups env -i SSH_ORIGINAL_COMMAND=\"put " +
      kUs +
      " 1\" /usr/local/lib/ztix/ztix-rs < pipe > /run/put.out & "
      "echo $! > /run/put.pid; i=0; while [ $i -lt 500 ] && ! ls -d /var/lib/ztix-rs/incoming.* > /dev/null 2>&1; do "
      "sleep 0.01; i=$((i+1)); done";
  trial.host.inside({"sh", "-c", "exec > /dev/null 2>&1 < /dev/null; " + start});
  REQUIRE(trial.listing().find("incoming.") != std::string::npos);
  expect(0, trial.call("status"));
  expect(0, trial.call("put", "", frames({"other"})));
  CHECK(trial.listing().find("incoming.") != std::string::npos);  // still alive, so still its own
  trial.host.inside({"sh", "-c", "kill -KILL $(cat /run/put.pid); pkill -KILL -x sleep -u root -g 0; true"});
  expect(0, trial.call("put", "", frames({"another"})));
  CHECK(trial.listing().find("incoming.") == std::string::npos);
}

TEST_CASE("gc keeps every root that may still be needed, with its objects") {
  const TrialHost trial;
  trial.apply(trial.one);
  std::vector<std::string> contents;
  for (int revision = 10; revision < 17; ++revision) contents.push_back(tiny_root(revision, {session_object(1)}).text);
  expect(0, trial.call("put", "", frames(contents)));
  trial.arm(trial.two);
  // Gone: the first boot file, roots 10 and 11. Kept: running and armed (two), boot (one), five newest.
  CHECK(says(expect(0, trial.call("gc")), "removed 3"));
  expect(0, trial.call("undo", trial.two.file_digest));
  CHECK(says(expect(0, trial.call("gc")), "removed 2"));  // root two and the object of its second session
  CHECK(trial.call("have", trial.one.file_digest + " " + digest::sha256_hex(session_object(1))).out.empty());
  expect(0, trial.call("persist", trial.one.file_digest));
}

TEST_CASE("gc does nothing while nobody knows what is running") {
  TrialHost trial;
  trial.host.kill_bird();
  const auto before = trial.listing();
  CHECK(expect(6, trial.call("gc")).out == "bird_down\n");
  CHECK(trial.listing() == before);
}

}  // namespace
}  // namespace ztix::test
