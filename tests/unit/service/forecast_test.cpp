// What a forecast says of a change. That BIRD does exactly that is shown in tests/integration/service_forecast.

#include "core/service/forecast.h"

#include <chrono>
#include <functional>

#include <doctest/doctest.h>

#include "core/service/bird_text.h"
#include "tests/support/edited_config.h"
#include "tests/support/snapshots.h"

using namespace ztix;
using namespace ztix::test;
using domain::ChangeClass;
using service::SessionChange;
using service::SharedPart;

namespace {

const std::string kFirstV4 = "as1000001_0001_n1_v4";
const std::string kFirstV6 = "as1000001_0001_n1_v6";
const std::string kSecondV4 = "as1000002_0001_n1_v4";

domain::ConfigSnapshot two_members() {
  auto snapshot = empty_snapshot();
  add_member(snapshot, 1000001);
  add_member(snapshot, 1000002);
  return snapshot;
}

service::ConfigText rendered(const domain::ConfigSnapshot& snapshot) {
  return service::text_of(render::render_route_server(snapshot).value());
}

/// The forecast of what an administrator or a member changed.
service::Forecast changing(const std::function<void(domain::ConfigSnapshot&)>& change) {
  const auto before = two_members();
  auto after = before;
  after.revision = 2;
  change(after);
  return service::forecast(rendered(before), rendered(after), service::named_sessions(before, after));
}

/// The forecast of what another build's templates change.
service::Forecast building(const std::function<void(service::ConfigText&)>& change) {
  const auto before = rendered(two_members());
  auto after = before;
  change(after);
  return service::forecast(before, after, {});
}

SessionChange of(const service::Forecast& forecast, const std::string& name) {
  return forecast.sessions.at(name).change;
}

}  // namespace

TEST_CASE("A forecast of a new revision with the same content says nothing happens") {
  const auto forecast = changing([](auto&) {});
  CHECK(forecast.change_class() == ChangeClass::none);
  CHECK(forecast.sessions.size() == 4);
  CHECK(forecast.count(SessionChange::none) == 4);
}

TEST_CASE("A forecast of a new member adds its sessions and leaves all others alone") {
  const auto forecast = changing([](auto& snapshot) { add_member(snapshot, 1000003); });
  CHECK(forecast.change_class() == ChangeClass::peers_only);
  CHECK(forecast.count(SessionChange::added) == 2);
  CHECK(forecast.count(SessionChange::none) == 4);
  CHECK(forecast.sessions.at("as1000003_0001_n1_v6").is_named);
}

TEST_CASE("A forecast of a member that leaves removes its sessions") {
  const auto forecast = changing([](auto& snapshot) { snapshot.memberships.pop_back(); });
  CHECK(forecast.change_class() == ChangeClass::peers_only);
  CHECK(of(forecast, kSecondV4) == SessionChange::removed);
  CHECK(of(forecast, kFirstV4) == SessionChange::none);
}

TEST_CASE("A forecast of a suspension disables sessions, and of its end enables them") {
  auto before = two_members();
  auto after = before;
  after.memberships[0].suspended = true;
  const auto named = service::named_sessions(before, after);
  const auto down = service::forecast(rendered(before), rendered(after), named);
  CHECK(down.change_class() == ChangeClass::peers_only);
  CHECK(of(down, kFirstV6) == SessionChange::disabled);
  const auto up = service::forecast(rendered(after), rendered(before), named);
  CHECK(up.change_class() == ChangeClass::peers_only);
  CHECK(of(up, kFirstV6) == SessionChange::enabled);
}

TEST_CASE("A forecast of a tripped limit names just that member") {
  const auto forecast = changing([](auto& snapshot) {
    snapshot.session_admin_states = {{1, AddressFamily::ipv4, domain::AdminState::limit_tripped}};
  });
  CHECK(of(forecast, kFirstV4) == SessionChange::disabled);
  CHECK(of(forecast, kFirstV6) == SessionChange::none);
  CHECK(forecast.change_class() == ChangeClass::peers_only);
}

TEST_CASE("A forecast of a drained route server is no change of what members share") {
  const auto forecast =
      changing([](auto& snapshot) { snapshot.route_server.state = domain::RouteServerState::maintenance; });
  CHECK(forecast.count(SessionChange::disabled) == 4);
  CHECK(forecast.change_class() == ChangeClass::peers_only);
}

TEST_CASE("A forecast of another limit looks at that session's routes again") {
  const auto forecast = changing([](auto& snapshot) {
    snapshot.memberships[0].limit_v4 = domain::PrefixLimit::of(AddressFamily::ipv4, 7).value();
  });
  CHECK(forecast.change_class() == ChangeClass::filters);
  CHECK(of(forecast, kFirstV4) == SessionChange::refilter);
  CHECK(of(forecast, kFirstV6) == SessionChange::none);
  CHECK(of(forecast, kSecondV4) == SessionChange::none);
}

TEST_CASE("A forecast of a member's own MD5 key restarts its sessions, tells the option and not the key") {
  const auto forecast = changing([](auto& snapshot) { snapshot.memberships[0].md5_key = "SecretKey99"; });
  CHECK(forecast.change_class() == ChangeClass::filters);
  CHECK(forecast.restarts() == 2);
  CHECK(forecast.unnamed_restarts() == 0);
  CHECK(forecast.sessions.at(kFirstV4).because == "password");
}

TEST_CASE("A forecast of another policy is shared and looks at all routes again") {
  const auto forecast = changing([](auto& snapshot) { snapshot.policy.max_path_length = 9; });
  CHECK(forecast.change_class() == ChangeClass::shared);
  CHECK(forecast.shared == std::set{SharedPart::policy});
  CHECK(forecast.count(SessionChange::refilter) == 4);
}

TEST_CASE("A forecast of a rule for one family leaves the sessions of the other alone") {
  const auto forecast = changing([](auto& snapshot) { snapshot.policy.ipv4_lengths.max = 23; });
  CHECK(of(forecast, kFirstV4) == SessionChange::refilter);
  CHECK(of(forecast, kFirstV6) == SessionChange::none);
}

TEST_CASE("A forecast of another hold time restarts everybody, whom nobody named") {
  const auto forecast = changing([](auto& snapshot) { snapshot.policy.hold_time_seconds = 180; });
  CHECK(forecast.change_class() == ChangeClass::restarts);
  CHECK(forecast.unnamed_restarts() == 4);
  CHECK(forecast.shared == std::set{SharedPart::channels});
  CHECK(forecast.sessions.at(kFirstV4).because == "hold time");
}

TEST_CASE("A forecast counts no restart of a session that is down") {
  auto forecast = changing([](auto& snapshot) { snapshot.policy.hold_time_seconds = 180; });
  forecast.sessions.at(kFirstV4).is_down = true;
  CHECK(forecast.restarts() == 3);
  CHECK(forecast.unnamed_restarts() == 3);
  CHECK(forecast.change_class() == ChangeClass::restarts);
}

TEST_CASE("A forecast of another router id restarts everybody") {
  const auto forecast = changing([](auto& snapshot) { snapshot.route_server.router_id = ip("10.77.0.9"); });
  CHECK(forecast.change_class() == ChangeClass::restarts);
  CHECK(forecast.shared == std::set{SharedPart::router_id});
  CHECK(forecast.restarts() == 4);
}

TEST_CASE("A forecast of another RTR cache is shared and restarts no session") {
  const auto forecast = changing([](auto& snapshot) { snapshot.route_server.rtr_caches[0].port = 8283; });
  CHECK(forecast.change_class() == ChangeClass::shared);
  CHECK(forecast.shared == std::set{SharedPart::rtr});
  CHECK(forecast.rtr_restarts.size() == 2);  // a cache's name tells its address: one goes, one comes
  CHECK(forecast.restarts() == 0);
}

TEST_CASE("A forecast of objects that another build writes differently is shared, for no member changed") {
  const auto refilter =
      building([](auto& config) { edit_objects(config, "protocol", "import limit ", "import limit 1"); });
  CHECK(refilter.change_class() == ChangeClass::shared);
  const auto restart =
      building([](auto& config) { edit_objects(config, "protocol", "\tneighbor", "\tpassive;\n\tneighbor"); });
  CHECK(restart.change_class() == ChangeClass::restarts);
  CHECK(restart.sessions.at(kFirstV4).because == "passive");
}

TEST_CASE("A forecast of a session that a faulty template drops is never exempt from the canary") {
  const auto forecast = building([](auto& config) {
    edit_objects(config, "AS1000001 ", "protocol bgp as1000001_0001_n1_v6", "protocol bgp as1000001_0001_n1_vX");
  });
  CHECK(of(forecast, kFirstV6) == SessionChange::removed);
  CHECK(forecast.change_class() == ChangeClass::shared);
}

TEST_CASE("A forecast without anything known before adds all sessions that are not disabled") {
  auto snapshot = two_members();
  snapshot.memberships[0].suspended = true;
  const auto forecast = service::forecast(std::nullopt, rendered(snapshot), {});
  CHECK(of(forecast, kFirstV4) == SessionChange::disabled);
  CHECK(of(forecast, kSecondV4) == SessionChange::added);
}

TEST_CASE("A forecast of one member among a thousand takes a few milliseconds") {
  auto before = empty_snapshot();
  for (std::uint32_t i = 0; i < 1000; ++i) {
    auto& member = add_member(before, 1000001 + i % 200);
    member.ipv4 = std::nullopt;
    member.router_sequence = static_cast<int>(i / 200) + 1;
    member.prefix_set = std::vector<Prefix>(50, prefix("2a10:77:1::/48"));
  }
  auto after = before;
  after.memberships[500].md5_key = "SomeKey99";
  const auto old_text = rendered(before);
  const auto new_text = rendered(after);
  const auto named = service::named_sessions(before, after);
  const auto start = std::chrono::steady_clock::now();
  const auto forecast = service::forecast(old_text, new_text, named);
  const std::chrono::duration<double, std::milli> one = std::chrono::steady_clock::now() - start;
  CHECK(forecast.restarts() == 1);
  auto policy = new_text;
  edit_root(policy, "if net.len > 48", "if net.len > 47");
  const auto again = std::chrono::steady_clock::now();
  CHECK(service::forecast(new_text, policy, {}).count(SessionChange::refilter) == 1000);
  const std::chrono::duration<double, std::milli> all = std::chrono::steady_clock::now() - again;
  MESSAGE("forecast of 1000 members: one changed " << one.count() << " ms, all " << all.count() << " ms");
  CHECK(one.count() < 500);
}

TEST_CASE("Configuration text is cut at its outermost ends") {
  const auto all = service::parse_bird(
      "# comment\ndefine a = [ 10.0.0.0/8{9,32}, \"}\" ];\nfilter f { if x then { accept; } # no\n /* also { */ "
      "reject; "
      "}\nprotocol bgp s from t { ipv4 { table x; }; };");
  REQUIRE(all.size() == 3);
  CHECK(all[0].head == "define a = [ 10.0.0.0/8{9,32}, \"}\" ]");
  CHECK(all[1].inner == "if x then { accept; } reject;");
  CHECK(all[2].word(2) == "s");
  CHECK(all[2].word(4) == "t");
  CHECK(all[2].word(5).empty());
  CHECK(service::parse_bird("protocol bgp open { ipv4 {").size() == 1);
  CHECK(service::parse_bird("").empty());
}
