/// A whole apply over SSH to a real BIRD with members and ROAs: what passes BIRD's check and still does harm is found
/// and undone; what does none is confirmed.

#include <thread>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/remote/ssh_route_server_hosts.h"
#include "core/render/templates.h"
#include "core/service/route_server_apply.h"
#include "core/service/system.h"
#include "tests/contract/store_jobs/pg_delivery_world.h"
#include "tests/support/bird_host.h"
#include "tests/support/bird_net.h"
#include "tests/support/crafting_member.h"
#include "tests/support/eventually.h"
#include "tests/support/process.h"
#include "tests/support/templates_in_use.h"

using namespace ztix;
using namespace ztix::test;
using Verdict = service::JobOutcome::Verdict;

namespace {

constexpr int kPrefixes = 12;  // more than the slack of a verdict, so that losing them shows

/// rs1 with two members, each with both sessions up and kPrefixes prefixes of each family, and an RTR cache.
struct RealExchange : Delivery<PgDeliveryWorld> {
  RealExchange() {
    host.start_sshd();
    net.plug("rs1", host.pid(), {"192.0.2.65/26", "2001:db8:1::1/64"});
    net.add_node("rtr", {"192.0.2.120/26"});
    net.start_rtr_cache("rtr", "192.0.2.120", 8282, vrps_json(vrps()));
    auto server = route_server(1);
    server.endpoint = host.endpoint();
    server.rtr_caches = {{address("192.0.2.120"), 8282}};
    server.rtr_exception = "a test has one";
    REQUIRE(world.route_servers().add(server, delivery_admin()));
    REQUIRE(permissions.permit({"rs1", true, true, 0, "the only one"}, delivery_admin()));
    for (const std::uint64_t number : {1000001U, 1000002U}) publish(member(number));
    while (has_job("rs.apply", "route_server:rs1")) REQUIRE(apply().verdict == Verdict::done);
    for (const auto& membership : newest("rs1").memberships) join(membership);
    REQUIRE(eventually([this] { return routes_given() == 4 * kPrefixes && roas() == kPrefixes; }));
    // A session counts as steady after a second; BIRD shows whole ones.
    std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  }

  service::JobOutcome apply() {
    render::ObjectCache objects;
    service::ApplySettings settings;
    settings.verify_budget = std::chrono::milliseconds(3000);
    settings.rules.steady_after = std::chrono::milliseconds(1000);
    service::RouteServerApply engine(world.apply(), world.rollout(), world.forecasts(), hosts, objects, clock,
                                     settings);
    const auto job = applying("rs1");
    auto outcome = engine.run(job, [] { return true; });
    REQUIRE(world.jobs().finish(job, outcome));
    return outcome;
  }
  /// As a worker of the build that has the templates in use now.
  Revision release() {
    return world.apply()
        .publish_release(domain::PolicyDefinition::standard(), render::bird_templates_digest(), delivery_admin())
        .value();
  }
  [[nodiscard]] service::ForecastView forecast(Revision revision) {
    const auto found = world.forecasts().forecast("rs1", revision).value();
    REQUIRE(found);
    return *found;
  }

  service::HostProbe probe() {
    const auto connection = hosts.connect(host.endpoint()).value();
    const auto installation = world.apply().subject("rs1").value().installation;
    return connection->probe({installation, 1'000'000, "test"}).value();
  }
  /// Past the helper, so that no fence is touched.
  [[nodiscard]] int routes_given() const {
    int sum = 0;
    const auto answer = host.birdc("show protocols all");
    for (const auto line : split(answer, '\n')) {
      const auto at = line.find(" exported");
      if (at == std::string_view::npos || line.find("Routes:") == std::string_view::npos) continue;
      const auto from = line.rfind(' ', at - 1) + 1;
      sum += parse_decimal<int>(line.substr(from, at - from)).value_or(0);
    }
    return sum;
  }
  [[nodiscard]] int roas() const {
    const auto answer = host.birdc("show route table ztix_roa_v4 count");
    const auto at = answer.find("1007-");
    return at == std::string::npos ? 0 : std::atoi(answer.c_str() + at + 5);
  }
  [[nodiscard]] std::string running() const { return host.birdc("eval ZTIX_DIGEST"); }
  [[nodiscard]] bool is_armed() const { return host.birdc("configure status").find("0022-") != std::string::npos; }

  BirdHost host;
  BirdNet net;
  remote::SshRouteServerHosts hosts{{host.private_key_path()}};
  service::SystemClock clock;
  store::PgRolloutStore permissions{world.owner, {}};  ///< an administrator's

 private:
  static std::vector<Vrp> vrps() {
    std::vector<Vrp> all;
    for (int i = 0; i < kPrefixes; ++i) all.push_back({"44.129." + std::to_string(i) + ".0/24", 24, 1000009});
    return all;
  }

  void join(const domain::MembershipConfig& membership) {
    const auto number = membership.asn.number() % 100;
    CraftingMember config;
    config.asn = membership.asn.number();
    config.route_server_asn = 64500;
    config.address_v4 = membership.ipv4->text();
    config.address_v6 = membership.ipv6.text();
    config.route_server_v4 = "192.0.2.65";
    config.route_server_v6 = "2001:db8:1::1";
    for (int i = 0; i < kPrefixes; ++i) {
      const auto n = std::to_string(100 * number + static_cast<unsigned>(i) + 1);
      config.announces.push_back(
          {"44.128." + std::to_string(20 * number + static_cast<unsigned>(i)) + ".0/24", {}, ""});
      config.announces.push_back({"2a10:77:" + n + "::/48", {}, ""});
    }
    net.add_node("m" + std::to_string(number), {config.address_v4 + "/26", config.address_v6 + "/64"})
        .configure(crafting_config(config));
  }
};

}  // namespace

TEST_CASE("Changes that pass BIRD's check and do harm are found and undone") {
  struct Faulty {
    std::string file, from, to, harm;
  } faulty;
  SUBCASE("no IPv6 route is given any more") {
    faulty = {"channel.mustache", "\tif source != RTS_BGP then reject;\n",
              "\tif source != RTS_BGP || net.type = NET_IP6 then reject;\n", "Routes given to session"};
  }
  SUBCASE("the RTR cache is one that does not answer") {
    faulty = {"root.mustache", "port {{rtr_port}};", "port 1;", "ROA table"};
  }
  SUBCASE("routes are given with the route server as next hop") {
    const std::string last = "\tif bgp_large_community ~ [({{rs_asn}}, 1101, *)] then reject;\n";
    faulty = {"channel.mustache", last, last + "\tbgp_next_hop = {{local_address}};\n", "next hop"};
  }
  SUBCASE("every session is switched off") {
    faulty = {"channel.mustache", "\trs client;\n", "\trs client;\n\tdisabled yes;\n", "switched off"};
  }
  RealExchange exchange;
  const auto before = exchange.running();
  const TemplatesInUse templates({{faulty.file, faulty.from, faulty.to}});
  const auto revision = exchange.release();
  const auto outcome = exchange.apply();
  CAPTURE(outcome.error);
  CHECK(outcome.verdict == Verdict::retry);
  CHECK(exchange.running() == before);
  CHECK_FALSE(exchange.is_armed());
  const auto view = exchange.forecast(revision);
  CHECK(view.forecast.change == domain::ChangeClass::shared);
  CHECK(view.forecast.restarts == 0);
  CHECK(view.forecast.diff.find("@@") != std::string::npos);
  CHECK(view.measured.verdict == service::ApplyVerdict::harm);
  CHECK(view.measured.harm.find(faulty.harm) != std::string::npos);
  CHECK(eventually([&] { return exchange.routes_given() == 4 * kPrefixes && exchange.roas() == kPrefixes; }));
}

TEST_CASE("A change that does no harm is confirmed, with its diff and its counts on record") {
  RealExchange exchange;
  const auto before = exchange.running();
  const TemplatesInUse calm({{"root.mustache", "log stderr all;", "log stderr { info, warning, error, fatal, bug };"}});
  const auto revision = exchange.release();
  const auto outcome = exchange.apply();
  CAPTURE(outcome.error);
  CHECK(outcome.verdict == Verdict::done);
  CHECK(exchange.running() != before);
  const auto view = exchange.forecast(revision);
  CHECK(view.measured.verdict == service::ApplyVerdict::good);
  CHECK(view.measured.restarts == 0);
  CHECK(view.measured.before.up == 4);
  CHECK(view.measured.after.routes.exported == 4 * kPrefixes);
  CHECK(view.forecast.diff.find("-log stderr all;\n+log stderr { info") != std::string::npos);
}

TEST_CASE("Restarts that were accepted are as many as were foreseen: those of sessions that are up") {
  RealExchange exchange;
  exchange.publish(exchange.member(1000003));  // never connects
  REQUIRE(exchange.apply().verdict == Verdict::done);
  const TemplatesInUse with_role({{"channel.mustache", "\trs client;\n", "\trs client;\n\tlocal role rs_server;\n"}});
  const auto revision = exchange.release();
  CHECK(exchange.apply().verdict == Verdict::parked);
  CHECK_FALSE(exchange.is_armed());
  const auto foreseen = exchange.forecast(revision).forecast;
  CHECK(foreseen.change == domain::ChangeClass::restarts);
  CHECK(foreseen.unnamed_restarts == 4);
  REQUIRE(exchange.permissions.permit({"rs1", false, false, 4, "a quiet night"}, delivery_admin()));
  CHECK(exchange.apply().verdict == Verdict::done);
  CHECK(exchange.forecast(revision).measured.restarts == 4);
}
