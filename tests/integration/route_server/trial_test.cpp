/// check, arm, confirm, undo, persist against the habits of a real BIRD. The plain rules are in tests/contract/remote.

#include <chrono>
#include <sstream>
#include <thread>

#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

void wait_until_unarmed(const TrialHost& trial) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (trial.is_armed()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

TEST_CASE("a bad file never reaches configure, so an armed undo keeps running") {
  const TrialHost trial;
  trial.apply(trial.one);
  const std::string bad = "protocol bgp x {\n";
  const auto root = tiny_root(9, {bad});
  expect(0, trial.call("put", "", frames({bad, root.text})));
  trial.arm(trial.two, 2);
  const auto refused = expect(1, trial.call("check", root.file_digest));
  CHECK(refused.out.starts_with("reply 8002 /var/lib/ztix-rs/"));
  CHECK(trial.is_armed());
  expect(5, trial.call("arm", root.file_digest + " 60"));
  wait_until_unarmed(trial);
  CHECK(trial.runs(trial.one));
}

TEST_CASE("an object that was changed after its check is not armed and not persisted") {
  const TrialHost trial;
  trial.apply(trial.one);
  expect(0, trial.call("check", trial.two.file_digest));
  const auto object = "/var/lib/ztix-rs/object-" + digest::sha256_hex(session_object(2)) + ".conf";
  trial.host.inside({"sh", "-c", "cp -p " + object + " /run/kept; echo '# harmless' >> " + object});
  CHECK(says(expect(5, trial.call("arm", trial.two.file_digest + " 60")),
             "corrupt " + digest::sha256_hex(session_object(2))));
  CHECK(trial.runs(trial.one));
  trial.host.inside({"cp", "-p", "/run/kept", object});
  trial.arm(trial.two);
  expect(0, trial.call("confirm", trial.two.file_digest));
  trial.host.inside({"rm", object});
  CHECK(says(expect(5, trial.call("persist", trial.two.file_digest)),
             "missing " + digest::sha256_hex(session_object(2))));
  CHECK(trial.host.boot_target() == "root-" + trial.one.file_digest + ".conf");
}

TEST_CASE("a root or object that includes anything else is refused") {
  const TrialHost trial;
  const auto outside = tiny_root(9, {}, "include \"/etc/bird/envvars\";\n");
  const auto pattern = tiny_root(9, {}, " include \"/var/lib/ztix-rs/object-*.conf\";\n");
  const std::string nested = "\tinclude \"/etc/bird/envvars\";\n";
  const auto through = tiny_root(9, {nested});
  expect(0, trial.call("put", "", frames({outside.text, pattern.text, nested, through.text})));
  for (const auto& root : {outside, pattern, through}) {
    CHECK(expect(5, trial.call("check", root.file_digest)).out == "refused foreign_include\n");
    expect(5, trial.call("arm", root.file_digest + " 60"));
  }
}

TEST_CASE("a root without its digest line cannot be recognised, so it is never armed") {
  const TrialHost trial;
  const std::string text = "# ztix-root\nrouter id 192.0.2.1;\nprotocol device { }\n";
  expect(0, trial.call("put", "", frames({text})));
  CHECK(expect(5, trial.call("check", digest::sha256_hex(text))).out == "refused no_digest\n");
  CHECK(expect(5, trial.call("check", std::string(64, '0'))).out == "missing " + std::string(64, '0') + "\n");
}

TEST_CASE("BIRD's own reload is refused while armed and takes the boot file otherwise") {
  const TrialHost trial;
  const std::vector<std::string> reload{
      "setpriv", "--reuid", "bird", "--regid", "bird", "--init-groups", "/usr/local/lib/ztix/bird-reload"};
  trial.apply(trial.one);
  trial.arm(trial.two);
  CHECK(trial.host.inside(reload).exit_code == 1);
  CHECK(trial.is_armed());
  CHECK(trial.runs(trial.two));
  expect(0, trial.call("undo", trial.two.file_digest));
  CHECK(trial.host.inside(reload).exit_code == 0);
  CHECK(trial.runs(trial.one));
  trial.host.inside({"sh", "-c", "ln -sfT /etc/hostname /etc/bird/bird.conf"});
  CHECK(trial.host.inside(reload).exit_code == 1);
  CHECK(trial.runs(trial.one));
}

TEST_CASE("a boot file that is not ours is reported as foreign") {
  const TrialHost trial;
  trial.host.inside(
      {"sh", "-c",
       "cp /var/lib/ztix-rs/boot.conf /etc/bird/mine.conf; ln -sfT /etc/bird/mine.conf /etc/bird/bird.conf"});
  CHECK(says(expect(0, trial.call("probe")), "boot_root foreign"));
  trial.host.inside({"rm", "/etc/bird/bird.conf"});
  CHECK(says(expect(0, trial.call("probe")), "boot_root none"));
}

TEST_CASE("a helper that died after the confirm leaves no false roll-back") {
  const TrialHost trial;
  trial.arm(trial.two);
  CHECK(trial.host.birdc("configure confirm").find("0018") != std::string::npos);
  const auto probe = expect(0, trial.call("probe"));
  CHECK(probe.out.find("rolled_back") == std::string::npos);
  CHECK(says(probe, "running_root " + trial.two.file_digest));
  expect(0, trial.call("persist", trial.two.file_digest));
}

/// What BIRD says of session 1: `up`, `start`, `down`.
std::string session_state(const TrialHost& trial) {
  const auto reply = trial.host.birdc("show protocols \"" + session_name(1) + "\"");
  const auto line = reply.substr(reply.find(session_name(1)));
  std::istringstream words(line);
  std::string name;
  std::string protocol;
  std::string table;
  std::string state;
  words >> name >> protocol >> table >> state;
  return state;
}

TEST_CASE("more sessions than BIRD takes commands for at once are switched off in one call, and stay down") {
  const TrialHost trial;
  trial.apply(trial.one);
  std::string names;
  for (int session = 1; session <= 100; ++session) names += (names.empty() ? "" : " ") + session_name(session);
  const auto disabled = expect(0, trial.call("disable", names));
  CHECK(says(disabled, "disabled " + session_name(1)));
  CHECK(says(disabled, "absent " + session_name(2)));
  CHECK(says(disabled, "absent " + session_name(100)));
  CHECK(says(expect(0, trial.call("probe")), "kept_down " + session_name(100)));
  trial.arm(trial.two);
  expect(0, trial.call("undo", trial.two.file_digest));
}

TEST_CASE("a session that was disabled is down again at the first look after BIRD was restarted") {
  TrialHost trial;
  trial.apply(trial.one);
  expect(0, trial.call("disable", session_name(1)));
  CHECK(session_state(trial) == "down");
  trial.host.kill_bird();
  trial.host.start_bird();
  CHECK(session_state(trial) != "down");
  CHECK(says(expect(0, trial.call("probe")), "kept_down " + session_name(1)));
  CHECK(session_state(trial) == "down");
  expect(0, trial.call("enable", session_name(1)));
  expect(0, trial.call("probe"));
  CHECK(session_state(trial) != "down");
}

TEST_CASE("a root armed over itself keeps its sessions down when BIRD comes back to it alone") {
  TrialHost trial;
  trial.apply(trial.one);
  expect(0, trial.call("check", trial.one.file_digest));
  expect(0, trial.call("arm", trial.one.file_digest + " 60 " + session_name(1)));
  trial.host.kill_bird();
  trial.host.start_bird();
  CHECK(session_state(trial) != "down");
  expect(0, trial.call("status"));
  CHECK(session_state(trial) == "down");
}

TEST_CASE("of two roots that differ only in their revision the exact one is named") {
  const TrialHost trial;
  const auto again = tiny_root(7, {session_object(1)});
  REQUIRE(again.ztix_digest == trial.one.ztix_digest);
  expect(0, trial.call("put", "", frames({again.text})));
  trial.apply(again);
  const auto probe = expect(0, trial.call("probe"));
  CHECK(says(probe, "running_root " + again.file_digest));
  CHECK(says(probe, "running_revision 7"));
  CHECK(says(probe, "boot_revision 7"));
  CHECK(says(probe, "highest_revision 7"));
}

TEST_CASE("times of any timeformat are one word each") {
  const TrialHost trial;
  for (const auto* const format : {"iso long", "iso long us", "\"%d.%m.%Y %H:%M\""}) {
    const auto root = tiny_root(9, {session_object(1)},
                                "timeformat protocol " + std::string(format) + ";\ntimeformat base " + format + ";\n");
    expect(0, trial.call("put", "", frames({root.text})));
    trial.apply(root);
    const auto probe = expect(0, trial.call("probe"));
    CAPTURE(probe.out);
    CHECK(probe.out.find("\nprotocol " + session_name(1) + " BGP start ") != std::string::npos);
    CHECK(probe.out.find(" Active\n") != std::string::npos);
  }
}

TEST_CASE("a BIRD that does not answer is busy, not down") {
  const TrialHost trial;
  trial.host.freeze_bird();
  CHECK(expect(75, trial.call("status")).out == "refused bird_busy\n");
  trial.host.thaw_bird();
  expect(0, trial.call("status"));
}

TEST_CASE("the journal says who did what, and does not grow without end") {
  const TrialHost trial;
  expect(0, trial.call("check", trial.two.file_digest));
  expect(0, trial.call("arm", trial.two.file_digest + " 60 job=job-12"));
  expect(5, trial.call("persist", trial.two.file_digest));
  const auto journal = read_file(trial.host.state_file("journal"));
  CHECK(journal.find("Z verb=arm fence=1 root=" + trial.two.file_digest + " exit=0 job=job-12\n") != std::string::npos);
  CHECK(journal.find("Z verb=persist fence=1 root=" + trial.two.file_digest + " exit=5 job=-\n") != std::string::npos);
  CHECK(journal.find("verb=check") == std::string::npos);
  trial.host.inside({"sh", "-c", "head -c 1100000 /dev/zero | tr '\\0' x >> /var/lib/ztix-rs/journal"});
  expect(0, trial.call("disable", session_name(1)));
  const auto cut = read_file(trial.host.state_file("journal"));
  CHECK(cut.size() < 1048576);
  CHECK(cut.find("verb=disable") != std::string::npos);
}

TEST_CASE("a thousand objects are checked and armed in one go") {
  const TrialHost trial;
  std::vector<std::string> contents;
  for (int n = 1; n <= 1000; ++n) {
    contents.push_back("protocol bgp as" + std::to_string(100000 + n) +
                       "_1_n1_v4 {\n\tdisabled yes;\n\tlocal 127.0.0.1 as 64500;\n\tneighbor 127.1." +
                       std::to_string(n / 250) + "." + std::to_string(n % 250 + 1) + " as " +
                       std::to_string(100000 + n) + ";\n\tmultihop;\n\tipv4 { import none; export none; };\n}\n");
  }
  const auto root = tiny_root(9, contents);
  std::string absent;
  for (const auto& content : contents) absent += digest::sha256_hex(content) + " ";
  contents.push_back(root.text);
  CHECK(expect(0, trial.call("have", absent + root.file_digest)).out.size() == 1001 * 73);
  expect(0, trial.call("put", "", frames(contents)));
  CHECK(expect(0, trial.call("have", absent + root.file_digest)).out.empty());
  const auto timed = [&trial](const std::string& verb, const std::string& arguments) {
    const auto start = std::chrono::steady_clock::now();
    expect(0, trial.call(verb, arguments));
    const std::chrono::duration<double, std::milli> spent = std::chrono::steady_clock::now() - start;
    MESSAGE(verb << " of 1,000 objects: " << spent.count() << " ms");
    return spent;
  };
  // Far above what it takes, far below what one process an object would take.
  CHECK(timed("check", root.file_digest) < std::chrono::seconds(2));
  CHECK(timed("arm", root.file_digest + " 60") < std::chrono::seconds(2));
  CHECK(timed("confirm", root.file_digest) < std::chrono::seconds(2));
  CHECK(timed("persist", root.file_digest) < std::chrono::seconds(2));
  CHECK(timed("probe", "") < std::chrono::seconds(2));
}

}  // namespace
}  // namespace ztix::test
