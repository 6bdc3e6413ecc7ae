#include <algorithm>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "tests/e2e/announcing.h"
#include "tests/e2e/lab.h"
#include "tests/e2e/pings.h"
#include "tests/e2e/sessions.h"

using namespace ztix::test;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

namespace {

constexpr int kRequests = 10;

milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
}

bool has_route(const Lab& lab, const std::string& node, const std::string& prefix) {
  const std::string table = prefix.find(':') == std::string::npos ? "master4" : "master6";
  return lab.birdc(node, "show route " + prefix + " table " + table).find(" from ") != std::string::npos;
}

/// Has the route server a route of this member in any table? BIRD, while it reconfigures, may answer without any table;
/// it is asked again then.
bool holds_routes_of(const Lab& lab, const std::string& route_server, const json& request) {
  std::string text;
  for (int asked = 0; asked < 50; ++asked) {
    text = lab.birdc(route_server, "show route table all");
    if (text.find("Table ztix_n1_v4") != std::string::npos) {
      return text.find("as" + request.at("asn").dump() + "_") != std::string::npos;
    }
    std::this_thread::sleep_for(20ms);
  }
  throw std::runtime_error("no tables: " + text);
}

/// The whole IPv4 pool is this one address for as long as this object lives.
class PoolOfOne {
 public:
  PoolOfOne(Lab& lab, const std::string& address) : lab_(lab) {
    const auto pool = lab.sql("SELECT host(pool_first) AS first, host(pool_last) AS last FROM network").one();
    first_ = pool.get<std::string>("first");
    last_ = pool.get<std::string>("last");
    set(address, address);
  }
  ~PoolOfOne() { set(first_, last_); }
  PoolOfOne(const PoolOfOne&) = delete;
  PoolOfOne& operator=(const PoolOfOne&) = delete;

 private:
  void set(const std::string& first, const std::string& last) {
    lab_.sql("UPDATE network SET pool_first = $1::inet, pool_last = $2::inet", {first, last});
  }
  Lab& lab_;
  std::string first_;
  std::string last_;
};

/// A member keeps its addresses although the fabric took them from its interface, for as long as this object lives.
class Squatter {
 public:
  Squatter(const Lab& lab, std::string node, const std::vector<std::string>& addresses)
      : lab_(lab), node_(std::move(node)), addresses_(addresses) {
    change("replace");
  }
  ~Squatter() { change("del"); }
  Squatter(const Squatter&) = delete;
  Squatter& operator=(const Squatter&) = delete;

 private:
  void change(const std::string& verb) const {
    for (const auto& address : addresses_) {
      const auto* const length = address.find(':') == std::string::npos ? "/24" : "/64";
      run(lab_.inside(node_, {"ip", "addr", verb, address + length, "dev", "ztlan0"}));
    }
  }
  const Lab& lab_;
  std::string node_;
  std::vector<std::string> addresses_;
};

/// A member announces this prefix and answers in it, for as long as this object lives.
class SharedPrefix {
 public:
  static constexpr const char* kPrefix = "44.129.7.0/24";
  static constexpr const char* kHost = "44.129.7.1";

  SharedPrefix(const Lab& lab, const std::string& member)
      : lab_(lab), member_(member), announcing_(lab, member, {kPrefix}) {
    lab.exec(member, {"ip", "addr", "replace", std::string(kHost) + "/32", "dev", "lo"});
  }
  ~SharedPrefix() { run(lab_.inside(member_, {"ip", "addr", "del", std::string(kHost) + "/32", "dev", "lo"})); }
  SharedPrefix(const SharedPrefix&) = delete;
  SharedPrefix& operator=(const SharedPrefix&) = delete;

 private:
  const Lab& lab_;
  std::string member_;
  Announcing announcing_;
};

/// Which comes first: both route servers without the member's routes, or its node without its place on the network.
/// What is asked first was true before what is asked next.
class WithdrawnFirst {
 public:
  WithdrawnFirst(const Lab& lab, const json& request)
      : sampler_(20ms, [this, &lab, request, node = request.at("node_id").get<std::string>()] {
          const auto is_held = [&] {
            return holds_routes_of(lab, "rs1", request) || holds_routes_of(lab, "rs2", request);
          };
          const bool held_before = is_held();
          const bool let_in = is_let_in(lab, node);
          if (let_in && !held_before) ++in_order_;
          if (!let_in && is_held()) ++too_early_;
        }) {}
  void check() {
    MESSAGE("samples: " << sampler_.stop() << ", withdrawn on both while still let in: " << in_order_.load());
    CHECK(in_order_ > 0);
    CHECK(too_early_ == 0);
  }

 private:
  std::atomic<int> in_order_{0};
  std::atomic<int> too_early_{0};
  Sampler sampler_;
};

/// What a member has on the LAN and in its prefix, asked for from m2.
class Reach {
 public:
  Reach(const Lab& lab, const json& request, std::string host_in_prefix)
      : lab_(lab),
        targets_{request.at("addresses").at("ipv4"), request.at("addresses").at("ipv6"), std::move(host_in_prefix)} {}
  [[nodiscard]] bool is_whole() const {
    return std::all_of(targets_.begin(), targets_.end(),
                       [this](const auto& each) { return replies(lab_, "m2", each, kRequests) == kRequests; });
  }
  [[nodiscard]] bool is_none() const {
    return std::all_of(targets_.begin(), targets_.end(),
                       [this](const auto& each) { return replies(lab_, "m2", each, kRequests) == 0; });
  }

 private:
  const Lab& lab_;
  std::vector<std::string> targets_;
};

/// rs2's BIRD boots with the old file, and its sshd is still away: m5 is out nevertheless, for all that it keeps its
/// addresses. Returns when its departure is over.
void check_that_m5_is_out(Lab& lab, const json& m5, const Reach& m5_reach, Stopped& rs2_bird) {
  const NeverUp sampled(
      lab,
      {{"rs1", session(m5, "v4")}, {"rs2", session(m5, "v4")}, {"rs1", session(m5, "v6")}, {"rs2", session(m5, "v6")}});
  rs2_bird.start();
  const auto asn = m5.at("asn").get<std::uint32_t>();
  REQUIRE(has_peer(lab, "rs2", asn));
  const Squatter squatter(lab, "m5", {m5.at("addresses").at("ipv4"), m5.at("addresses").at("ipv6")});
  CHECK(eventually(60s, [&] { return established_of(lab, "rs2", "as1000002_*") == 2; }));
  CHECK(m5_reach.is_none());
  CHECK(replies(lab, "m5", request_of(lab, "m2").at("addresses").at("ipv4"), kRequests) == 0);
  CHECK(lab.becomes(m5, "revoked", 90s));
  CHECK(lab.show(m5).at("owed") == json::array({"rs2"}));
  CHECK(has_peer(lab, "rs2", asn));
  CHECK(m5_reach.is_none());
}

}  // namespace

TEST_CASE(
    "Revoked urgently while a route server is down: gone in two seconds, out of reach when that one boots with the old "
    "file, its address offered to nobody until it has confirmed") {
  auto& lab = Lab::instance();
  lab.need_members(5);
  const auto m5 = request_of(lab, "m5");
  const auto ipv4 = m5.at("addresses").at("ipv4").get<std::string>();
  const Reach m5_reach(lab, m5, "44.128.5.1");
  REQUIRE(eventually(60s, [&] { return are_established(lab, m5) && m5_reach.is_whole(); }));

  Stopped sshd(lab, "rs2", "sshd");
  Stopped bird(lab, "rs2", "bird");
  const auto has_routes = [&] {
    return has_route(lab, "m2", "44.128.5.0/24") || has_route(lab, "m2", "2a10:77:5::/48");
  };
  REQUIRE(has_routes());
  const auto start = std::chrono::steady_clock::now();
  order(lab, m5, "revoke", {{"reason", "over"}});
  CHECK(eventually(5s, [&] { return !has_routes(); }));
  const auto gone = since(start);
  MESSAGE("m5's routes are gone at m2 after " << gone.count() << " ms");
  CHECK(gone <= 2s);
  CHECK(eventually(2s, [&] { return is_cut_off(lab, m5.at("node_id").get<std::string>()); }));

  const auto newcomer = lab.request(lab.new_operator());
  lab.approve(newcomer);
  check_that_m5_is_out(lab, m5, m5_reach, bird);
  const auto given = lab.show(newcomer).at("addresses").at("ipv4");
  CHECK(given.is_string());
  CHECK(given != ipv4);
  // Nothing else is free and its cooling off is over: what keeps it is that rs2 may still have it.
  lab.sql("UPDATE address SET until = now() - INTERVAL '1 second' WHERE host(address) = $1 AND state = 'cooling_off'",
          {ipv4});
  const PoolOfOne pool(lab, ipv4);
  const auto next = lab.request(lab.new_operator());
  lab.approve(next);
  CHECK(eventually(20s, [&] { return lab.show(next).at("waiting_for") == "ipv4_pool_exhausted"; }));
  CHECK(lab.show(next).at("addresses").at("ipv4").is_null());

  sshd.start();
  CHECK(eventually(40s, [&] { return lab.show(m5).at("owed").empty(); }));
  CHECK_FALSE(has_peer(lab, "rs2", m5.at("asn").get<std::uint32_t>()));
  CHECK(lab.becomes(newcomer, "active", 40s));
  CHECK(lab.becomes(next, "active", 60s));
  CHECK(lab.show(next).at("addresses").at("ipv4") == ipv4);
}

TEST_CASE(
    "A member leaves under traffic: it follows to the other who announces the prefix, and the withdrawal is first") {
  auto& lab = Lab::instance();
  lab.need_members(4);
  const auto m3 = request_of(lab, "m3");
  const SharedPrefix at_m3(lab, "m3");
  const SharedPrefix at_m4(lab, "m4");
  const auto has_two_ways = [&](const std::string& server) {
    const auto text = lab.birdc(server, std::string("show route ") + SharedPrefix::kPrefix + " table ztix_n1_v4");
    return text.find("as1000003_") != std::string::npos && text.find("as1000004_") != std::string::npos;
  };
  REQUIRE(eventually(60s, [&] { return has_two_ways("rs1") && has_two_ways("rs2"); }));
  REQUIRE(eventually(20s, [&] { return replies(lab, "m2", SharedPrefix::kHost, kRequests) == kRequests; }));

  const auto m3_before = requests_received(lab, "m3");
  const auto m4_before = requests_received(lab, "m4");
  PingStream stream(lab, "m2", SharedPrefix::kHost);
  REQUIRE(eventually(10s, [&] { return requests_received(lab, "m3") > m3_before + 100; }));
  CHECK(requests_received(lab, "m4") == m4_before);
  WithdrawnFirst sequence(lab, m3);
  lab.person("op3").ask("POST", "requests/" + Lab::id(m3) + "/leave", json::object());
  CHECK(eventually(60s, [&] { return is_cut_off(lab, m3.at("node_id").get<std::string>()); }));
  const auto m3_after = requests_received(lab, "m3");
  const auto m4_then = requests_received(lab, "m4");
  CHECK(eventually(10s, [&] { return requests_received(lab, "m4") > m4_then + 100; }));
  CHECK(requests_received(lab, "m3") == m3_after);
  sequence.check();
  const auto report = stream.end();
  MESSAGE("sent " << report.sent << " (" << report.per_second << " a second), lost " << report.lost << ", at most "
                  << report.lost_in_a_row << " in a row; m3 had " << m3_after - m3_before << ", m4 "
                  << requests_received(lab, "m4") - m4_before);
  CHECK(report.per_second > 90);
  CHECK(report.lost <= 100);
  CHECK(m4_then > m4_before);
}
