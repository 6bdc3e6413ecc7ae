/// The table of core/service/forecast.h against a real BIRD: what it says restarts is exactly what restarts.

#include <chrono>
#include <functional>
#include <sstream>
#include <thread>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/service/forecast.h"
#include "tests/support/bird_net.h"
#include "tests/support/crafting_member.h"
#include "tests/support/edited_config.h"
#include "tests/support/eventually.h"
#include "tests/support/snapshots.h"

namespace ztix::test {
namespace {

using service::ConfigText;
using service::SessionChange;
using Edit = std::function<void(ConfigText&)>;

const std::string kFirst = "as1000001_";

domain::ConfigSnapshot two_members() {
  auto snapshot = empty_snapshot();
  for (const std::uint32_t number : {1000001U, 1000002U}) add_member(snapshot, number).md5_key = "SomeKeyOf2";
  snapshot.memberships[0].prefix_set = {prefix("44.128.1.0/24"), prefix("2a10:77:1::/48")};
  return snapshot;
}

/// One route server and two members, each with both sessions up.
class Exchange {
 public:
  Exchange() {
    net_.add_node("rs1", {"10.77.0.1/24", "2001:db8:77::1/64"});
    config_ = service::text_of(render::render_route_server(snapshot_, rs().folder()).value());
    give(config_);
    for (const auto& membership : snapshot_.memberships) join(membership);
    REQUIRE(eventually([&] { return established() == 4; }));
  }

  BirdNode& rs() { return net_.node("rs1"); }
  [[nodiscard]] const ConfigText& config() const { return config_; }

  /// The sessions that BIRD started anew when it took the edited configuration.
  std::set<std::string> restarted_by(const ConfigText& edited) {
    // `since` shows whole seconds.
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    const auto before = since();
    give(edited);
    REQUIRE(eventually([&] { return rs().birdc("configure status").find("in progress") == std::string::npos; }));
    std::set<std::string> restarted;
    for (const auto& [name, time] : since()) {
      const auto was = before.find(name);
      if (was != before.end() && was->second != time) restarted.insert(name);
    }
    return restarted;
  }
  void restore() {
    give(config_);
    REQUIRE(eventually([&] { return established() == 4; }));
  }

 private:
  void give(const ConfigText& config) {
    for (const auto& [digest, text] : config.objects) {
      static_cast<void>(run_or_throw({"tee", rs().folder() + "/object-" + digest + ".conf"}, *text));
    }
    rs().configure(config.root);
  }

  void join(const domain::MembershipConfig& membership) {
    CraftingMember member;
    member.asn = membership.asn.number();
    member.address_v4 = membership.ipv4->text();
    member.address_v6 = membership.ipv6.text();
    member.options = "password \"SomeKeyOf2\";";
    net_.add_node("m" + membership.asn.text(), {member.address_v4 + "/24", member.address_v6 + "/64"})
        .configure(crafting_config(member));
  }

  /// Session → date and time of its last change.
  std::map<std::string, std::string> since() {
    std::map<std::string, std::string> times;
    std::istringstream lines(rs().birdc("show protocols"));
    std::string name, type, table, state, date, time;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      if (words >> name >> type >> table >> state >> date >> time && type == "BGP") times[name] = date + " " + time;
    }
    return times;
  }
  int established() {
    int count = 0;
    for (const auto& [name, time] : since()) count += rs().is_established(name) ? 1 : 0;
    return count;
  }

  domain::ConfigSnapshot snapshot_ = two_members();
  BirdNet net_;
  ConfigText config_;
};

Edit in_root(const std::string& from, const std::string& to) {
  return [=](ConfigText& config) { edit_root(config, from, to); };
}
Edit in_first(const std::string& from, const std::string& to) {
  return [=](ConfigText& config) { edit_objects(config, kFirst, from, to); };
}

struct Kind {
  std::string what;
  Edit edit;
  int restarts;
};

const std::vector<Kind> kKinds{
    {"nothing", [](ConfigText&) {}, 0},
    {"a comment", in_root("\nlog stderr all;", "\n# hello\nlog stderr all;"), 0},
    {"a description", in_first("\tneighbor", "\tdescription \"hello\";\n\tneighbor"), 0},
    {"limits", in_first("import limit ", "import limit 1"), 0},
    {"the receive limit", in_first("receive limit ", "receive limit 1"), 0},
    {"a member's prefix list", in_first("44.128.1.0/24", "44.128.2.0/24"), 0},
    {"a member's import filter",
     in_first("import filter f_in_as", "import filter f_in_as1000001_0001_n1_v4; # f_in_as"), 0},
    {"a shared function", in_root("if net.len > 24", "if net.len > 25"), 0},
    {"a shared constant", in_root("define ztix_bogon_asns = [ ", "define ztix_bogon_asns = [ 4242, "), 0},
    {"the export filter",
     in_root("if source != RTS_BGP then reject;", "if source != RTS_BGP || net.len > 60 then reject;"), 0},
    {"preference", in_first("receive limit", "preference 120;\n\t\treceive limit"), 0},
    {"next hop self", in_first("receive limit", "next hop self;\n\t\treceive limit"), 0},
    {"a log line", in_root("log stderr all;", "log stderr { warning, error };"), 0},
    {"an RTR cache's port", in_root("port 8282", "port 8283"), 0},
    {"MD5 key", in_first("SomeKeyOf2", "AnotherKey3"), 2},
    {"TTL security", in_first("\tneighbor", "\tttl security on;\n\tneighbor"), 2},
    {"a role", in_root("rs client;", "rs client;\n\tlocal role rs_server;"), 4},
    {"hold time", in_root("hold time 90", "hold time 91"), 4},
    {"connect delay", in_root("connect delay time 30", "connect delay time 31"), 4},
    {"import table", in_root("import table on;", "import table off;"), 4},
    {"secondary", in_root("secondary on;", "secondary off;"), 4},
    {"a table", in_root("ipv4 table ztix_n1_v4 sorted;", "ipv4 table ztix_n1_v4 { sorted yes; trie yes; };"), 2},
    {"router id", in_root("router id 10.77.0.1", "router id 10.77.0.9"), 4},
};

}  // namespace

TEST_CASE("exactly the sessions that the forecast names are restarted by BIRD") {
  Exchange exchange;
  for (const auto& kind : kKinds) {
    CAPTURE(kind.what);
    auto edited = exchange.config();
    kind.edit(edited);
    const auto forecast = service::forecast(exchange.config(), edited, {});
    std::set<std::string> expected;
    for (const auto& [name, session] : forecast.sessions) {
      if (session.change == SessionChange::restart) expected.insert(name);
    }
    CHECK(forecast.restarts() == kind.restarts);
    const auto restarted = exchange.restarted_by(edited);
    CHECK(join({restarted.begin(), restarted.end()}, " ") == join({expected.begin(), expected.end()}, " "));
    if (kind.restarts > 0) exchange.restore();
  }
}

}  // namespace ztix::test
