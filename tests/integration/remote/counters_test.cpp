/// What a probe tells of real sessions, and what it costs on a large route server.

#include <chrono>

#include "core/remote/helper_reply.h"
#include "tests/integration/route_server/host_calls.h"
#include "tests/support/bird_net.h"
#include "tests/support/eventually.h"

namespace ztix::test {
namespace {

constexpr int kSessions = 1000;
const std::string kSession = "as64501_1_n1_v4";

std::string lan_object() {
  return "filter f_in { if net.len > 24 then reject; accept; }\n"
         "ipv4 table members sorted;\n"
         "protocol static own { ipv4 { table members; }; route 203.0.113.0/24 blackhole; }\n"
         "protocol bgp " +
         kSession +
         " {\n\tlocal 10.77.0.1 as 64500;\n\trs client;\n\tneighbor 10.77.0.2 as 64501;\n\tconnect delay time 1;\n"
         "\tipv4 { table members; import table on; import keep filtered on; secondary on; import filter f_in; export "
         "all; import limit 2 action disable; };\n}\n";
}

std::string member(const std::string& routes) {
  return "router id 10.77.0.2;\nlog stderr all;\nprotocol device {}\nprotocol static own { ipv4; " + routes +
         " }\nprotocol bgp rs_v4 { local 10.77.0.2 as 64501; neighbor 10.77.0.1 as 64500; connect delay time 0;\n"
         "ipv4 { import all; export where source = RTS_STATIC; }; }\n";
}

service::ProtocolStatus session_of(const TrialHost& trial) {
  const auto probe = remote::parse_probe(expect(0, trial.call("probe")).out);
  REQUIRE(probe.has_value());
  for (const auto& protocol : probe->protocols) {
    if (protocol.name == kSession) return protocol;
  }
  return {};
}

}  // namespace

TEST_CASE("a probe counts a session's routes, and tells when its limit was reached") {
  const TrialHost trial;
  BirdNet net;
  net.plug("rs1", trial.host.pid(), {"10.77.0.1/24"});
  auto& router = net.add_node("m1", {"10.77.0.2/24"});
  const auto root = tiny_root(3, {lan_object()});
  expect(0, trial.call("put", "", frames({lan_object(), root.text})));
  trial.apply(root);
  CHECK_FALSE(session_of(trial).counters);

  router.configure(member("route 192.0.2.0/24 blackhole; route 192.0.2.0/25 blackhole;"));
  const service::SessionCounters wanted{1, 1, 1, 1};
  CHECK(eventually([&] { return session_of(trial).counters == wanted; }));
  CHECK_FALSE(session_of(trial).is_limit_hit);

  router.configure(
      member("route 192.0.2.0/24 blackhole; route 198.51.100.0/24 blackhole; route 198.18.0.0/24 blackhole;"));
  CHECK(eventually([&] { return session_of(trial).is_limit_hit; }));
  const auto tripped = session_of(trial);
  CHECK(tripped.state == "down");
  CHECK_FALSE(tripped.counters);
  CHECK(tripped.last_error == "Automatic shutdown: Route limit exceeded");
}

TEST_CASE("a probe of a thousand sessions takes less than a second") {
  const TrialHost trial;
  std::vector<std::string> files;
  std::vector<std::string> objects;
  for (int n = 0; n < kSessions; ++n) {
    objects.push_back("protocol bgp as" + std::to_string(100000 + n) +
                      "_1_n1_v4 {\n\tlocal 127.0.0.1 as 64500;\n\tneighbor 127.1." + std::to_string(n / 250) + "." +
                      std::to_string(n % 250 + 1) + " as " + std::to_string(100000 + n) +
                      ";\n\tmultihop;\n\tpassive;\n\tipv4 { import all; export none; };\n}\n");
  }
  const auto root = tiny_root(3, objects);
  files = objects;
  files.push_back(root.text);
  expect(0, trial.call("put", "", frames(files)));
  trial.apply(root);
  std::chrono::milliseconds best{10'000};
  for (int i = 0; i < 3; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const auto answer = trial.call("probe");
    best =
        std::min(best, std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start));
    CHECK(remote::parse_probe(answer.out)->protocols.size() == kSessions + 1);
  }
  MESSAGE("probe of " << kSessions << " sessions: " << best.count() << " ms");
  CHECK(best < std::chrono::seconds(1));
}

}  // namespace ztix::test
