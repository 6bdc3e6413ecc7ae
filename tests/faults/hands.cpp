#include "tests/faults/hands.h"

#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "tests/faults/invariants.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;
using test::eventually;

constexpr const char* kHand = "# a hand";
/// m2's, with its limit.
constexpr const char* kFloodingSession = "as1000002_0001_n1_v4";
constexpr int kTooMany = 1'200;

/// Ended by a look that finds nothing more, which is asked for.
bool is_noticed_and_over(Exchange& exchange, const std::string& target, const std::string& look) {
  const auto open =
      exchange.number("SELECT count(*) AS n FROM drift WHERE target = $1 AND resolved_at IS NULL", {target});
  if (open > 0) exchange.look_now(look);
  return open == 0;
}

std::int64_t newest_drift(Exchange& exchange) { return exchange.number("SELECT coalesce(max(id), 0) AS n FROM drift"); }

bool is_down(Exchange& exchange, const std::string& route_server, const std::string& session) {
  const auto answer = exchange.lab().birdc(route_server, "show protocols " + session);
  return answer.find(" down ") != std::string::npos;
}

bool is_established(Exchange& exchange, const std::string& session) {
  for (const auto& server : exchange.route_servers()) {
    if (exchange.lab().birdc(server, "show protocols " + session).find("Established") == std::string::npos)
      return false;
  }
  return true;
}

/// m2's configuration with so many prefixes more, and without the export limit that its text came with.
void flood(Exchange& exchange) {
  const auto folder = exchange.lab().env("ZTIX_LAB_STATE_DIR") + "/nodes/m2/bird/";
  const auto bird = test::read_file(folder + "bird.conf");
  const auto sessions = test::read_file(folder + "sessions.conf");
  std::ofstream file(folder + "flood.conf");
  file << bird.substr(0, bird.find("include \"/etc/bird/sessions.conf\""));
  for (const auto line : split(sessions, '\n')) {
    if (line.find("export limit") == std::string_view::npos) file << line << "\n";
  }
  file << "protocol static flood4 {\n  ipv4;\n";
  for (int i = 0; i < kTooMany; ++i) file << "  route 44.130." << i / 256 << "." << i % 256 << "/32 blackhole;\n";
  file << "}\n";
  file.close();
  exchange.lab().birdc("m2", "configure \"/etc/bird/flood.conf\"");
}

void end_flood(Exchange& exchange, const std::string& request) {
  exchange.lab().birdc("m2", "configure \"/etc/bird/bird.conf\"");
  exchange.people().as_admin("POST", "admin/requests/" + request + "/sessions/clear-limit");
  if (!eventually(seconds(90), [&] { return is_established(exchange, kFloodingSession); })) {
    throw std::runtime_error("the session over its limit does not come back");
  }
}

bool is_tripped_everywhere(Exchange& exchange) {
  const auto n = exchange.number("SELECT count(*) AS n FROM session_admin_state WHERE state = 'limit_tripped'");
  return n == static_cast<std::int64_t>(exchange.route_servers().size());
}

}  // namespace

Asked authorize_by_hand(Exchange& exchange) {
  const auto node = node_of(exchange, some_member(exchange, true));
  const auto since = newest_drift(exchange);
  exchange.lab().tamper_member(node, {{"authorized", true}});
  exchange.look_now("controller.reconcile");
  const auto target = "network:" + exchange.lab().env("ZTIX_NETWORK_ID");
  return {[&exchange, node, since, target] {
    return newest_drift(exchange) > since && exchange.lab().controller_member(node).at("authorized") == false &&
           is_noticed_and_over(exchange, target, "controller.reconcile");
  }};
}

Asked edit_boot_file(Exchange& exchange) {
  const std::string server = exchange.route_servers().back();
  const auto since = newest_drift(exchange);
  const auto boot = "root-" + exchange.boot_root(server) + ".conf";
  std::ofstream(exchange.host_file(server, boot), std::ios::app) << kHand << "\n";
  exchange.look_now("rs.probe");
  return {[&exchange, server, boot, since] {
    return newest_drift(exchange) > since && exchange.host_text(server, boot).find(kHand) == std::string::npos &&
           is_noticed_and_over(exchange, "route_server:" + server, "rs.probe");
  }};
}

Asked enable_by_hand(Exchange& exchange) {
  const std::string server = exchange.route_servers().front();
  const auto session = session_prefix(exchange, some_member(exchange, true)) + "v6";
  const auto since = newest_drift(exchange);
  // What the host has on its list it switches off by itself; a suspension whose order did not reach it is not there.
  std::filesystem::remove(exchange.host_file(server, "held"));
  exchange.lab().birdc(server, "enable " + session);
  exchange.look_now("rs.probe");
  return {[&exchange, server, session, since] {
    return newest_drift(exchange) > since && is_down(exchange, server, session) &&
           is_noticed_and_over(exchange, "route_server:" + server, "rs.probe");
  }};
}

Asked announce_too_much(Exchange& exchange, Sees who) {
  const auto request = exchange.sql("SELECT id::text AS id FROM request WHERE asn = 1000002 AND state = 'active'")
                           .one()
                           .get<std::string>("id");
  flood(exchange);
  for (const auto& server : exchange.route_servers()) {
    if (!eventually(seconds(30), [&] { return is_down(exchange, server, kFloodingSession); })) {
      throw std::runtime_error("BIRD does not close what is over its limit on " + server);
    }
  }
  if (who == Sees::look) exchange.look_now("rs.probe");
  if (who == Sees::apply) {
    exchange.put_looks_off();
    for (const auto& server : exchange.route_servers()) {
      exchange.people().as_admin("POST", "admin/route-servers/" + server + "/apply");
    }
  }
  Asked asked{[&exchange] { return is_tripped_everywhere(exchange); }};
  asked.disturbed = {std::string(" ") + kFloodingSession};
  asked.environment = {{"ZTIX_ROUTE_SERVER_PROBE_SECONDS", "60"}};
  asked.clean_up = [&exchange, request] { end_flood(exchange, request); };
  return asked;
}

namespace {

bool is_frozen(Exchange& exchange) {
  return exchange.number("SELECT count(*) AS n FROM \"freeze\" WHERE lifted_at IS NULL") > 0;
}

/// Whoever sees that the command came to nothing types it again; the first one may only have been slow, and come first.
void lift_what_holds(Exchange& exchange) {
  if (!is_frozen(exchange)) return;
  try {
    exchange.lab().ztix({"freeze", "lift"});
  } catch (const std::exception&) {
    if (is_frozen(exchange)) throw;
  }
}

}  // namespace

Asked lift_freeze(Exchange& exchange) {
  exchange.people().as_admin("POST", "admin/freeze", {{"scope", "all"}, {"reason", "fault suite"}});
  const auto request = approve_new(exchange);
  const auto worker = exchange.start_worker("prepare", Times{});
  const bool waits = eventually(seconds(60), [&] {
    return exchange.number(
               "SELECT count(*) AS n FROM request r JOIN membership m ON m.id = r.membership "
               "WHERE r.id = $1::uuid AND m.waiting_for = 'frozen'",
               {request}) == 1;
  });
  worker->stop();
  if (!waits) throw std::runtime_error("the approval does not wait for the freeze");
  Asked asked{[&exchange, request] {
    lift_what_holds(exchange);
    return state_of(exchange, request) == "active";
  }};
  asked.command = {"freeze", "lift"};
  return asked;
}

Asked let_three_workers_die(Exchange& exchange) {
  const auto request = approve_new(exchange);
  const auto is_dead = [&exchange, request] {
    return exchange.number(
               "SELECT count(*) AS n FROM job j JOIN request r ON j.subject = 'membership:' || r.membership "
               "WHERE r.id = $1::uuid AND j.state = 'dead'",
               {request}) == 1;
  };
  for (int died = 0; died < 6 && !is_dead(); ++died) {
    const auto worker = exchange.start_worker("dies", Times{}, {{"ZTIX_CRASH_AT", "provision-start.after"}});
    eventually(seconds(30), [&] { return !worker->is_running() || is_dead(); });
  }
  if (!is_dead()) throw std::runtime_error("the job survives its workers");
  return {[&exchange, request] { return state_of(exchange, request) == "active"; }};
}

}  // namespace ztix::faults
