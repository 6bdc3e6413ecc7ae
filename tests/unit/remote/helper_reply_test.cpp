#include "core/remote/helper_reply.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::remote {
namespace {

using namespace std::chrono_literals;

const std::string kDigest(64, 'a');
const std::string kOther(64, 'b');

/// As ztix-rs printed it on a host with one session up and one configuration on trial.
std::string probe_answer() {
  return "ztix_rs 1\n"
         "bird_version 2.0.12\n"
         "router_id 192.0.2.1\n"
         "bird_started 2026-11-21T05:14:22.117\n"
         "last_reconfigured 2026-11-21T05:14:22.781\n"
         "server_time 2026-11-21T05:14:24.584\n"
         "armed yes 59.948\n"
         "reconfiguring no\n"
         "running_revision 12\n"
         "running_digest " +
         kDigest +
         "\n"
         "running_root " +
         kOther +
         "\n"
         "boot_root foreign\n"
         "boot_digest none\n"
         "boot_revision none\n"
         "highest_revision 12\n"
         "fence 9\n"
         "free_kib 83024492\n"
         "drop_in missing\n"
         "kept_down as64501_1_n1_v4\n"
         "protocol ztix_device Device up 05:14:22.117\n"
         "protocol as64501_1_n1_v4 BGP start 2026-11-21T05:14:22 Active        Socket: Connection refused\n"
         "protocol as64502_1_n1_v6 BGP up 05:14:23.300 Established\n"
         "roa ztix_roa_v4 512044\n";
}

TEST_CASE("a probe answer is read whole") {
  const auto probe = parse_probe(probe_answer());
  REQUIRE(probe.has_value());
  CHECK(probe->bird_up);
  CHECK(probe->bird_version == "2.0.12");
  CHECK(probe->armed);
  CHECK_FALSE(probe->reconfiguring);
  CHECK(probe->undo_in == 59'948ms);
  CHECK(probe->running_revision == 12);
  CHECK(probe->running_digest == kDigest);
  CHECK(probe->running_root == kOther);
  CHECK(probe->boot_root.empty());
  CHECK(probe->boot_digest.empty());
  CHECK(probe->boot_revision == 0);
  CHECK(probe->fence == 9);
  CHECK(probe->free_kib == 83024492);
  CHECK(probe->drop_in == "missing");
  CHECK(probe->kept_down == std::vector<std::string>{"as64501_1_n1_v4"});
  CHECK(probe->roa_counts.at("ztix_roa_v4") == 512044);
  REQUIRE(probe->protocols.size() == 3);
  CHECK(probe->protocols[0].info.empty());
  CHECK(probe->protocols[1].state == "start");
  CHECK(probe->protocols[1].since == "2026-11-21T05:14:22");
  CHECK(probe->protocols[1].info == "Active        Socket: Connection refused");
  CHECK(probe->protocols[2].is_established());
}

TEST_CASE("a probe tells each session's routes, its last error and whether a limit was reached") {
  const auto probe = parse_probe(probe_answer() +
                                 "session as64501_1_n1_v4 - - - - hit Automatic shutdown: Route limit exceeded\n"
                                 "session as64502_1_n1_v6 12 3 400 9 - \n"
                                 "session as64999_1_n1_v6 1 1 1 1 - \n");
  REQUIRE(probe.has_value());
  const auto& down = probe->protocols[1];
  CHECK_FALSE(down.counters);
  CHECK(down.is_limit_hit);
  CHECK(down.last_error == "Automatic shutdown: Route limit exceeded");
  const auto& up = probe->protocols[2];
  CHECK(up.counters == service::SessionCounters{12, 3, 400, 9});
  CHECK_FALSE(up.is_limit_hit);
  CHECK(up.last_error.empty());
}

TEST_CASE("counters are unknown in the answer of an older helper") {
  const auto probe = parse_probe(probe_answer());
  REQUIRE(probe.has_value());
  for (const auto& protocol : probe->protocols) {
    CHECK_FALSE(protocol.counters);
    CHECK_FALSE(protocol.is_limit_hit);
  }
}

TEST_CASE("files come back as they are, and any other answer is refused") {
  const auto answer = "file " + kDigest + " 4\na\nb\nfile " + kOther + " 0\n";
  CHECK(parse_files(answer, {kDigest, kOther}).value() == std::vector<std::string>{"a\nb\n", ""});
  CHECK_FALSE(parse_files(answer, {kOther, kDigest}).has_value());
  CHECK_FALSE(parse_files(answer, {kDigest}).has_value());
  CHECK_FALSE(parse_files(answer.substr(0, answer.size() - 1), {kDigest, kOther}).has_value());
  CHECK_FALSE(parse_files("file " + kDigest + " 99\nshort", {kDigest}).has_value());
  CHECK_FALSE(parse_files("file " + kDigest + " -1\n", {kDigest}).has_value());
}

TEST_CASE("a probe of a host without BIRD is an answer, not a failure") {
  const auto probe = parse_probe(
      "ztix_rs 1\nbird down\narmed no\nreconfiguring no\nrunning_revision none\nrunning_digest none\nfence 3\n");
  REQUIRE(probe.has_value());
  CHECK_FALSE(probe->bird_up);
  CHECK(probe->running_digest.empty());
}

TEST_CASE("a probe answer that is cut, of another version or wrong in a value is refused") {
  const auto whole = probe_answer();
  CHECK_FALSE(parse_probe("").has_value());
  CHECK_FALSE(parse_probe(whole.substr(0, whole.find("fence"))).has_value());
  CHECK_FALSE(parse_probe("ztix_rs 2" + whole.substr(9)).has_value());
  for (const auto* const line :
       {"armed maybe\n", "armed yes soon\n", "armed yes -1\n", "fence -4\n", "running_digest abc\n",
        "running_revision 99999999999999999999\n", "protocol as64501_1_n1_v4\n", "roa ztix_roa_v4 many\n",
        "session as64502_1_n1_v6 1 2 3\n", "session as64502_1_n1_v6 1 2 3 x - \n",
        "session as64502_1_n1_v6 1 2 3 -4 - \n", "session as64502_1_n1_v6 1 2 3 4 maybe \n",
        "boot_root ../../etc/passwd\n"}) {
    CAPTURE(std::string(line));
    const auto answer = parse_probe(whole + line);
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().code == ErrorCode::internal);
  }
}

TEST_CASE("a status answer needs the running digest") {
  const auto status =
      parse_status("armed yes 0.5\nreconfiguring yes\nrunning_revision 4\nrunning_digest " + kDigest + "\n");
  REQUIRE(status.has_value());
  CHECK(status->undo_in == 500ms);
  CHECK(status->reconfiguring);
  CHECK_FALSE(parse_status("armed no\nreconfiguring no\n").has_value());
}

TEST_CASE("every exit code of the helper becomes its own kind of failure") {
  const auto error = [](int code, const std::string& output) { return to_error({code, output, "stderr words"}); };
  CHECK(error(1, "reply 8002 f.conf:1:2 syntax error\n").code == ErrorCode::upstream);
  CHECK(error(1, "reply 8002 f.conf:1:2 syntax error\n").reason == "bird_refused");
  CHECK(error(2, "refused usage verb\n").code == ErrorCode::internal);
  CHECK(error(3, "fenced 12\n").code == ErrorCode::fenced);
  CHECK(error(3, "fenced 12\n").facts.front().second == "12");
  CHECK(error(4, "foreign_installation x\n").code == ErrorCode::forbidden);
  CHECK(error(5, "refused digest_not_running\n").code == ErrorCode::conflict);
  CHECK(error(5, "refused digest_not_running\n").reason == "digest_not_running");
  CHECK(error(5, "missing " + kDigest + "\n").reason == "missing");
  CHECK(error(5, "corrupt " + kDigest + "\n").reason == "corrupt");
  CHECK(error(6, "bird_down\n").reason == "bird_down");
  CHECK(error(75, "refused disk_full\n").code == ErrorCode::unavailable);
  CHECK(error(75, "refused disk_full\n").reason == "disk_full");
  CHECK(error(127, "").reason == "helper_failed");
  CHECK(error(-1, "").reason == "helper_failed");
}

TEST_CASE("a confirm that came after BIRD's own undo is a wrong state, not a refusal") {
  const auto error = to_error({1, "reply 0019 Nothing to do\n", ""});
  CHECK(error.code == ErrorCode::conflict);
  CHECK(error.reason == "not_armed");
}

TEST_CASE("what only the log may see stays out of the message") {
  const auto error = to_error({127, "", "sh: /usr/local/lib/ztix/ztix-rs: not found"});
  CHECK(error.message.find("not found") == std::string::npos);
  CHECK(error.detail.find("not found") != std::string::npos);
}

TEST_CASE("a verdict names file, line and words, as far as BIRD gave them") {
  const auto verdict =
      parse_verdict({1, "reply 8002 /var/lib/ztix-rs/object-1.conf:15:17 syntax error, unexpected '}'\n", ""});
  CHECK_FALSE(verdict.ok);
  CHECK(verdict.file == "/var/lib/ztix-rs/object-1.conf");
  CHECK(verdict.line == 15);
  CHECK(verdict.message == "syntax error, unexpected '}'");

  const auto absent = parse_verdict({1, "reply 8002 /tmp/x.conf: No such file or directory\n", ""});
  CHECK(absent.line == 0);
  CHECK(absent.message == "/tmp/x.conf: No such file or directory");

  CHECK(parse_verdict({0, "checked " + kDigest + "\n", ""}).ok);
  CHECK(parse_verdict({1, "", ""}).message.empty());
}

TEST_CASE("stored files must be as many as were sent") {
  const auto answer = "stored object " + kDigest + " 12\nstored root " + kOther + " 300\n";
  const auto stored = parse_stored(answer, 2);
  REQUIRE(stored.has_value());
  CHECK(*stored == std::vector<std::string>{kDigest, kOther});
  CHECK_FALSE(parse_stored(answer, 3).has_value());
  CHECK_FALSE(parse_stored("stored object short 12\n", 1).has_value());
}

}  // namespace
}  // namespace ztix::remote
