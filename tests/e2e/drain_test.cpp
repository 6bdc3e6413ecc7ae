#include <atomic>
#include <map>
#include <optional>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/e2e/changed_worker.h"
#include "tests/e2e/lab.h"
#include "tests/e2e/sessions.h"

using namespace ztix::test;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

/// What m1 and m2 see of one route server's announcement that it is about to go.
class Told {
 public:
  explicit Told(const Lab& lab)
      : sampler_(50ms, [this, &lab] {
          for (const auto* member : {"m1", "m2"}) {
            for (const auto* family : {"v4", "v6"}) look(lab, member, family);
          }
        }) {}
  void stop() { sampler_.stop(); }
  /// Of each session, from the first time it was seen to the last.
  [[nodiscard]] std::map<std::string, Clock::duration> lengths() const {
    std::map<std::string, Clock::duration> all;
    for (const auto& [session, times] : seen_) all[session] = times.second - times.first;
    return all;
  }
  static bool now(const Lab& lab, const std::string& route_server, const std::string& member,
                  const std::string& family) {
    const std::string table = family == "v4" ? "master4" : "master6";
    return lab.birdc(member, "show route all table " + table + " protocol ztix_" + route_server + "_" + family)
               .find("(65535,0)") != std::string::npos;
  }

 private:
  void look(const Lab& lab, const std::string& member, const std::string& family) {
    if (!now(lab, "rs1", member, family)) return;
    const auto at = Clock::now();
    seen_.try_emplace(member + " " + family, at, at).first->second.second = at;
  }
  std::map<std::string, std::pair<Clock::time_point, Clock::time_point>> seen_;
  Sampler sampler_;
};

bool has_a_way(const Lab& lab, const std::string& member) {
  return established_of(lab, member, "ztix_*_v4") > 0 && established_of(lab, member, "ztix_*_v6") > 0;
}

/// What birdc says after the number 1000 of a line, e.g. of `eval`.
std::int64_t running_revision(const Lab& lab, const std::string& node) {
  const auto text = lab.birdc(node, "eval ZTIX_REVISION");
  const auto end = text.find_last_of("0123456789");
  if (end == std::string::npos) return 0;
  const auto start = text.find_last_not_of("0123456789", end);
  return ztix::parse_decimal<std::int64_t>(text.substr(start + 1, end - start)).value_or(0);
}

/// Entries of both tables of ROAs: "Total: 12 of 12 routes for 12 networks in 2 tables".
std::int64_t roas(const Lab& lab, const std::string& node) {
  std::int64_t sum = 0;
  for (const auto* table : {"ztix_roa_v4", "ztix_roa_v6"}) {
    const auto text = lab.birdc(node, std::string("show route count table ") + table);
    const auto at = text.find_first_of("0123456789");
    if (at == std::string::npos) continue;
    const auto digits = text.substr(at, text.find_first_not_of("0123456789", at) - at);
    sum += ztix::parse_decimal<std::int64_t>(digits).value_or(0);
  }
  return sum;
}

/// What a route server had when its first session was seen Established. Asked in this order, what is known of it was
/// true before the session was.
class FirstSession {
 public:
  FirstSession(const Lab& lab, const std::string& route_server)
      : sampler_(100ms, [this, &lab, route_server] {
          if (revision_) return;
          const auto revision = running_revision(lab, route_server);
          const auto entries = roas(lab, route_server);
          if (established_of(lab, route_server, "as*") == 0) return;
          revision_ = revision;
          roas_ = entries;
        }) {}
  void stop() { sampler_.stop(); }
  [[nodiscard]] std::int64_t revision() const { return revision_.value_or(0); }
  [[nodiscard]] std::int64_t roas_then() const { return roas_; }

 private:
  std::optional<std::int64_t> revision_;
  std::int64_t roas_ = 0;
  Sampler sampler_;
};

std::string state_of(Lab& lab, const std::string& name) {
  return lab.admin().ask("GET", "admin/route-servers/" + name).at("state").get<std::string>();
}

bool is_at_newest(Lab& lab, const std::string& name) {
  const auto server = lab.ztix({"rs", "show", name});
  return server.at("confirmed_revision") >= server.at("wanted_revision");
}

bool names_the_remedy(const json& text) {
  return text.is_string() && text.get<std::string>().find("--last-one") != std::string::npos;
}

/// Everybody who looks sees what the last route server waits for and what helps.
void check_that_rs2_waits(Lab& lab) {
  const auto shown = [&] { return lab.admin().ask("GET", "admin/route-servers/rs2"); };
  REQUIRE(eventually(20s, [&] { return names_the_remedy(shown().at("last_error")); }));
  CHECK(shown().at("turns").front().at("verdict") == "waiting");
  CHECK(shown().at("turns").front().at("wait") == "last_one");
  CHECK(names_the_remedy(lab.ztix({"rs", "show", "rs2"}).at("last_error")));
  const auto page = lab.admin().page("/admin/route-servers");
  CHECK(page.find("--last-one") != std::string::npos);
  CHECK(page.find("Apply on the last one") != std::string::npos);
}

/// Everything that is shared changes only where another route server is up, or with a reason.
void change_policy_on_the_last_one(Lab& lab) {
  check_that_rs2_waits(lab);
  const auto before = running_revision(lab, "rs2");
  // The worker was changed just now: what it held when it stopped is taken up when its lease is over.
  CHECK(eventually(60s, [&] { return running_revision(lab, "rs1") > before; }));
  CHECK(running_revision(lab, "rs2") == before);
  lab.ztix({"rs", "apply", "rs2", "--last-one", "--reason", "rs1 is being rebuilt"});
  CHECK(eventually(30s, [&] { return running_revision(lab, "rs2") > before && is_at_newest(lab, "rs2"); }));
  CHECK(established_of(lab, "rs2", "as1000001_*") == 2);
}

/// Its BIRD starts anew, without ROAs, while there is nobody to get them from: so far it must not take members.
void return_without_roas_first(Lab& lab, const json& m1, std::int64_t all_roas) {
  Stopped caches(lab, "ix", "stayrtr");
  lab.kill("rs1", "bird");
  REQUIRE(eventually(20s, [&] { return running_revision(lab, "rs1") > 0 && roas(lab, "rs1") == 0; }));
  const auto newest = running_revision(lab, "rs2");
  FirstSession first(lab, "rs1");
  lab.ztix({"rs", "return", "rs1"});
  std::this_thread::sleep_for(5s);  // more than one look
  CHECK(state_of(lab, "rs1") == "maintenance");
  caches.start();
  CHECK(eventually(90s, [&] { return state_of(lab, "rs1") == "enabled" && are_established(lab, m1); }));
  first.stop();
  MESSAGE("at rs1's first session: revision " << first.revision() << " (rs2 had " << newest << "), ROAs "
                                              << first.roas_then() << " of " << all_roas);
  CHECK(first.revision() >= newest);
  CHECK(first.roas_then() == all_roas);
}

void check_that_all_were_told(const Told& told, std::chrono::seconds at_least) {
  const auto lengths = told.lengths();
  CHECK(lengths.size() == 4);
  for (const auto& [who, length] : lengths) {
    MESSAGE(who << " saw 65535:0 for " << std::chrono::duration_cast<std::chrono::milliseconds>(length).count()
                << " ms");
    CHECK(length >= at_least);
  }
}

}  // namespace

TEST_CASE(
    "A drained route server tells its members for the set time and closes; the last one takes a new member, but "
    "another "
    "policy only with a reason; it returns with everything before its first session, and never are both down") {
  auto& lab = Lab::instance();
  const auto m1 = request_of(lab, "m1");
  REQUIRE(eventually(90s, [&] { return are_established(lab, m1) && are_established(lab, request_of(lab, "m2")); }));
  REQUIRE_FALSE(Told::now(lab, "rs1", "m1", "v4"));
  const auto all_roas = roas(lab, "rs2");
  REQUIRE(all_roas > 0);
  std::atomic<int> both_down{0};
  Sampler ways(100ms, [&] {
    for (const auto* member : {"m1", "m2"}) both_down += has_a_way(lab, member) ? 0 : 1;
  });

  Told told(lab);
  lab.ztix({"rs", "drain", "rs1", "--for", "8"});
  CHECK(eventually(20s, [&] { return Told::now(lab, "rs1", "m1", "v4"); }));
  CHECK(established_of(lab, "rs1", "as1000001_*") == 2);
  CHECK(lab.admin().call("POST", "admin/route-servers/rs2/drain", {{"seconds", 1}}).status == 409);
  CHECK(
      eventually(60s, [&] { return state_of(lab, "rs1") == "maintenance" && established_of(lab, "rs1", "as*") == 0; }));
  told.stop();
  check_that_all_were_told(told, 8s);
  CHECK_FALSE(Told::now(lab, "rs2", "m1", "v4"));

  const auto newcomer = lab.request(lab.new_operator());
  lab.approve(newcomer);
  CHECK(lab.becomes(newcomer, "active", 60s));
  CHECK(lab.birdc("rs2", "show protocols").find(session(lab.show(newcomer), "v6")) != std::string::npos);
  CHECK(established_of(lab, "rs1", "as*") == 0);

  {
    const OtherTemplates policy(lab, {other_policy()});
    change_policy_on_the_last_one(lab);
    return_without_roas_first(lab, m1, all_roas);
  }
  CHECK(eventually(60s, [&] { return is_at_newest(lab, "rs1") && is_at_newest(lab, "rs2"); }));
  CHECK(ways.stop() > 50);
  CHECK(both_down == 0);
}
