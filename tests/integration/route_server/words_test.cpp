#include "tests/integration/route_server/host_calls.h"

namespace ztix::test {
namespace {

TEST_CASE("hostile words are refused, never run and never echoed") {
  BirdHost host;
  const std::string call = "probe " + kUs + " 1";
  const std::vector<std::string> hostile = {"",
                                            "   ",
                                            call + "; touch /var/lib/ztix-rs/pwned",
                                            call + " $(touch /var/lib/ztix-rs/pwned)",
                                            call + " `touch /var/lib/ztix-rs/pwned`",
                                            call + "\ntouch /var/lib/ztix-rs/pwned",
                                            call + " > /var/lib/ztix-rs/pwned",
                                            call + " | tee /var/lib/ztix-rs/pwned",
                                            call + " && touch /var/lib/ztix-rs/pwned",
                                            call + " \"quoted\"",
                                            call + " 'quoted'",
                                            call + " *",
                                            call + " ../../etc/passwd",
                                            call + " \xc3\xa4",
                                            call + "\t1",
                                            "-c id",
                                            "sh -c id",
                                            "internal-sftp",
                                            "/usr/lib/openssh/sftp-server"};
  for (const auto& words : hostile) {
    CAPTURE(words);
    const auto answer = expect(2, host.helper(words));
    CHECK(answer.out.starts_with("refused usage "));
    CHECK(answer.out.find("pwned") == std::string::npos);
    CHECK(answer.err.empty());
  }
  const auto left = host.inside({"ls", "-A", "/var/lib/ztix-rs"}).out;
  CHECK(left.find("pwned") == std::string::npos);
  CHECK(left.find("fence") == std::string::npos);
}

TEST_CASE("installation, fence, job and verb have one spelling each") {
  BirdHost host;
  for (const auto& words : std::vector<std::string>{
           "probe", "probe " + kUs, "probe 1 1", "probe " + kUs + " 01", "probe " + kUs + " -1", "probe " + kUs + " x",
           "probe " + kUs + " 9999999999999999999", "probe 11111111-1111-4111-8111-11111111111g 1",
           "probe 111111111111-4111-8111-111111111111--- 1", "PROBE " + kUs + " 1", "main " + kUs + " 1",
           "verb_probe " + kUs + " 1", "probe " + kUs + " 1 --Adopt", "probe " + kUs + " 1 --adopt more",
           "probe " + kUs + " 1 job=", "probe " + kUs + " 1 job=a_b", "probe " + kUs + " 1 job=" + std::string(65, 'a'),
           "probe " + kUs + " 1 job=a job=b", "probe " + kUs + " 1 job=a --adopt"}) {
    CAPTURE(words);
    expect(2, host.helper(words));
  }
  expect(0, host.helper("probe " + kUs + " 0 job=" + std::string(64, 'a')));
}

TEST_CASE("digests, names and seconds are held to their patterns") {
  const TrialHost trial;
  const auto root = trial.one.file_digest;
  for (const auto& [verb, arguments] :
       std::vector<std::pair<std::string, std::string>>{{"have", root + "x"},
                                                        {"have", root.substr(1)},
                                                        {"get", ""},
                                                        {"get", root.substr(1)},
                                                        {"check", ""},
                                                        {"check", root + " " + root},
                                                        {"arm", root},
                                                        {"arm", root + " 0"},
                                                        {"arm", root + " 08"},
                                                        {"arm", root + " 3601"},
                                                        {"arm", root + " 60 As1"},
                                                        {"arm", root + " 60 1as"},
                                                        {"arm", root + " 60 a-b"},
                                                        {"arm", root + " 60 " + std::string(65, 'a')},
                                                        {"disable", ""},
                                                        {"enable", ""},
                                                        {"status", "more"},
                                                        {"gc", "more"},
                                                        {"put", "more"}}) {
    CAPTURE(verb + " " + arguments);
    expect(2, trial.call(verb, arguments));
  }
  CHECK_FALSE(trial.is_armed());
}

TEST_CASE("a session called like a word of BIRD's switches off nothing else") {
  const TrialHost trial;
  trial.apply(trial.one);
  CHECK(says(expect(0, trial.call("disable", "all")), "absent all"));
  CHECK(trial.host.birdc("show protocols").find(session_name(1) + " BGP        ---        start") != std::string::npos);
}

TEST_CASE("while one call holds the lock another waits, then says try later") {
  const BirdHost host;
  const auto answer =
      host.inside({"flock", "/var/lib/ztix-rs/lock", "setpriv", "--reuid", "ztix", "--regid", "ztix", "--init-groups",
                   "env", "-i", "SSH_ORIGINAL_COMMAND=probe " + kUs + " 1", "/usr/local/lib/ztix/ztix-rs"});
  expect(75, answer);
  CHECK(answer.out == "refused locked\n");
}

TEST_CASE("a host that is not installed says so") {
  const BirdHost host;
  host.inside({"mv", "/var/lib/ztix-rs", "/var/lib/elsewhere"});
  CHECK(expect(5, host.helper("probe " + kUs + " 1")).out == "refused not_installed\n");
}

}  // namespace
}  // namespace ztix::test
