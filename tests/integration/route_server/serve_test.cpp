/// serve: many calls of one helper.

#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

const std::string kGreeting = "serving 1\n";

/// What a helper that serves says of a call that answers this when it comes alone.
std::string framed(const Finished& alone) {
  return std::to_string(alone.exit_code) + " " + std::to_string(alone.out.size()) + "\n" + alone.out;
}

/// Everything that a helper says that serves these calls.
Finished serve(const TrialHost& trial, const std::string& calls) { return trial.host.helper("serve", calls); }

std::string words(const std::string& verb, const std::string& arguments = {}, int fence = 1) {
  return verb + " " + kUs + " " + std::to_string(fence) + (arguments.empty() ? "" : " " + arguments);
}

TEST_CASE("a helper that serves answers each call as if it had come alone") {
  const TrialHost trial;
  trial.apply(trial.one);
  const std::string absent(64, '0');
  const std::vector<std::string> calls{words("status"),
                                       words("have", absent),
                                       words("have", absent + "x"),
                                       words("check", trial.two.file_digest),
                                       words("check", absent),
                                       words("arm", trial.two.file_digest + " 0"),
                                       words("confirm", trial.two.file_digest),
                                       "status " + kThem + " 1",
                                       "status; id",
                                       "id"};
  std::string asked;
  std::string expected = kGreeting;
  for (const auto& call : calls) {
    asked += call + "\n";
    expected += framed(trial.host.helper(call));
  }
  CHECK(expect(0, serve(trial, asked)).out == expected);
  CHECK(serve(trial, "\n\n").out == kGreeting + "0 0\n0 0\n");
  CHECK(serve(trial, words("get", trial.one.file_digest) + "\nserve\n").out ==
        kGreeting + "2 19\nrefused usage verb\n2 24\nrefused usage arguments\n");
}

TEST_CASE("one helper brings, checks, arms, confirms and persists") {
  const TrialHost trial;
  const auto root = tiny_root(3, {session_object(3)});
  const auto answer = expect(
      0, serve(trial, words("put") + "\n" + frames({session_object(3), root.text}) + "0\n" +
                          words("check", root.file_digest) + "\n" + words("arm", root.file_digest + " 60") + "\n" +
                          words("confirm", root.file_digest) + "\n" + words("persist", root.file_digest) + "\n"));
  CHECK(says(answer, "stored root " + root.file_digest + " " + std::to_string(root.text.size())));
  CHECK(says(answer, "confirmed " + root.file_digest));
  CHECK(says(answer, "persisted " + root.file_digest));
  CHECK(trial.runs(root));
  CHECK(trial.host.boot_target() == "root-" + root.file_digest + ".conf");
}

TEST_CASE("every call of a helper that serves carries its fence") {
  const TrialHost trial;
  const auto answer = serve(trial, words("status", "", 1) + "\n" + words("status", "", 8) + "\n" +
                                       words("status", "", 7) + "\n" + words("status", "", 8) + "\n");
  const auto good = framed(trial.host.helper(words("status", "", 8)));
  CHECK(answer.out == kGreeting + good + good + "3 9\nfenced 8\n" + good);
}

TEST_CASE("after frames that were not all read no more calls are taken, so that none of their bytes is one") {
  const TrialHost trial;
  const auto fence_call = words("status", "", 99) + "\n";
  for (const auto& rest : {"x\n" + fence_call, "4194305\n" + fence_call, "01\n" + fence_call}) {
    CAPTURE(rest);
    const auto answer = expect(0, serve(trial, words("put") + "\n" + frames({"good"}) + rest));
    CHECK(answer.out.find("\n2 ") != std::string::npos);
    CHECK(answer.out.find("running_digest") == std::string::npos);
  }
  const auto cut = expect(0, serve(trial, words("put") + "\n100\n" + fence_call));
  CHECK(cut.out == kGreeting + "75 18\nrefused truncated\n");
  CHECK(says(expect(0, trial.call("probe")), "fence 1"));
  CHECK(trial.listing().find("incoming.") == std::string::npos);
}

/// Starts a helper that serves what is written to /run/calls; its answers come to /run/answers.
void serve_from_pipe(const TrialHost& trial) {
  trial.host.inside({"sh", "-c",
                     "mkfifo /run/calls; chmod 666 /run/calls; touch /run/answers; exec > /dev/null 2>&1; "
                     "setpriv --reuid ztix --regid ztix --init-groups env -i SSH_ORIGINAL_COMMAND=serve "
                     "/usr/local/lib/ztix/ztix-rs < /run/calls > /run/answers & echo $! > /run/serve.pid; "
                     "(exec > /run/calls; while ! [ -e /run/end ]; do sleep 0.05; done) & "
                     "while ! grep -qx 'serving 1' /run/answers; do sleep 0.01; done"});
}

void write(const TrialHost& trial, const std::string& call) {
  trial.host.inside({"sh", "-c", "cat > /run/calls"}, call);
}

/// All answers, when there are `lines` lines of them or the helper is gone.
std::string answers(const TrialHost& trial, int lines) {
  return trial.host
      .inside({"sh", "-c",
               "while kill -0 $(cat /run/serve.pid) 2> /dev/null && [ $(wc -l < /run/answers) -lt " +
                   std::to_string(lines) + " ]; do sleep 0.01; done; cat /run/answers"})
      .out;
}

TEST_CASE("a helper that serves holds the lock for a call only, and its upload is kept while it lasts") {
  const TrialHost trial;
  serve_from_pipe(trial);
  write(trial, words("have", std::string(64, '0')) + "\n");
  answers(trial, 3);
  expect(0, trial.call("status"));
  write(trial, words("put") + "\n10\nhalf");
  trial.host.inside({"sh", "-c", "while ! ls /var/lib/ztix-rs/incoming.* > /dev/null 2>&1; do sleep 0.01; done"});
  expect(0, trial.call("status"));
  expect(0, trial.call("put", "", frames({"other"})));
  write(trial, " whole0\n");
  CHECK(says({0, answers(trial, 5), ""}, "stored object " + digest::sha256_hex("half whole") + " 10"));
  trial.host.inside({"touch", "/run/end"});
}

TEST_CASE("a helper that serves takes no call for another version of itself") {
  const TrialHost trial;
  serve_from_pipe(trial);
  trial.host.inside({"sh", "-c",
                     "cp -p /usr/local/lib/ztix/ztix-rs /usr/local/lib/ztix/new; mv /usr/local/lib/ztix/new "
                     "/usr/local/lib/ztix/ztix-rs"});
  write(trial, words("status", "", 9) + "\n");
  CHECK(answers(trial, 99) == kGreeting + "- 0\n");
  CHECK(says(expect(0, trial.call("probe")), "fence 1"));
  trial.host.inside({"touch", "/run/end"});
}

TEST_CASE("a helper that is killed in the middle of a verb answers nothing, and holds nobody up") {
  const TrialHost trial;
  serve_from_pipe(trial);
  trial.host.freeze_bird();
  write(trial, words("status") + "\n");
  trial.host.inside({"sh", "-c",
                     "while flock -n /var/lib/ztix-rs/lock true; do sleep 0.01; done; "
                     "kill -KILL $(cat /run/serve.pid)"});
  CHECK(answers(trial, 99) == kGreeting);
  trial.host.thaw_bird();
  trial.host.inside({"touch", "/run/end"});
  expect(0, trial.call("status"));
}

}  // namespace
}  // namespace ztix::test
