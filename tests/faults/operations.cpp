#include "tests/faults/operations.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "core/domain/config_snapshot.h"
#include "tests/faults/hands.h"
#include "tests/faults/harm.h"
#include "tests/faults/invariants.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;
using test::eventually;

std::string state_of_route_server(Exchange& exchange, const std::string& name) {
  return exchange.sql("SELECT state FROM route_server WHERE name = $1", {name}).one().get<std::string>("state");
}

Asked approve(Exchange& exchange) {
  return {[&exchange, id = approve_new(exchange)] { return state_of(exchange, id) == "active"; }};
}

Asked order(Exchange& exchange, const std::string& request, const std::string& verb, bool by_owner, bool with_reason) {
  const auto body = with_reason ? json{{"reason", "fault suite"}} : json::object();
  const auto path = "requests/" + request + "/" + verb;
  if (by_owner) {
    exchange.people().as_operator("POST", path, body);
  } else {
    exchange.people().as_admin("POST", "admin/" + path, body);
  }
  return {[] { return true; }};
}

Asked suspend(Exchange& exchange) { return order(exchange, some_member(exchange, false), "suspend", false, true); }

/// Both sessions are on each host's list of what was switched off by command. A suspension whose orders did not reach a
/// host leaves it to the configuration, and then there is nothing to switch on again.
bool is_switched_off_everywhere(Exchange& exchange, const std::string& request) {
  const auto sessions = session_prefix(exchange, request);
  for (const auto& server : exchange.route_servers()) {
    const auto held = exchange.host_text(server, "held");
    if (held.find(sessions + "v4") == std::string::npos || held.find(sessions + "v6") == std::string::npos)
      return false;
  }
  return true;
}

std::string find_member(Exchange& exchange, bool suspended) {
  for (const auto row : exchange.sql(
           "SELECT r.id::text AS id FROM request r JOIN membership m ON m.id = r.membership "
           "WHERE r.asn = $1 AND r.state = 'active' AND m.suspended = $2 AND m.ipv4_wanted ORDER BY r.created_at",
           {static_cast<std::int64_t>(kAsn), suspended})) {
    auto id = row.get<std::string>("id");
    if (!suspended || is_switched_off_everywhere(exchange, id)) return id;
  }
  return {};
}

/// The waits of a departure are days and minutes of the clock: the clock of this membership is put on.
void let_time_pass(Exchange& exchange, const std::string& request) {
  const auto waits = exchange.number(
      "SELECT count(*) AS n FROM job j JOIN request r ON j.subject = 'membership:' || r.membership WHERE r.id = "
      "$1::uuid "
      "AND j.kind = 'member.revoke' AND j.state = 'ready' AND j.run_at > now() + interval '500 ms'",
      {request});
  if (waits == 0) return;
  exchange.sql(
      "UPDATE membership m SET cut_off_at = m.cut_off_at - interval '31 s', "
      "withdrawn_at = m.withdrawn_at - interval '2 h' FROM request r WHERE r.id = $1::uuid AND m.id = r.membership",
      {request});
  exchange.sql(
      "UPDATE job j SET run_at = now() FROM request r WHERE r.id = $1::uuid AND j.kind = 'member.revoke' "
      "AND j.subject = 'membership:' || r.membership AND j.state = 'ready'",
      {request});
}

Asked depart(Exchange& exchange, const std::string& verb, bool by_owner) {
  const auto request = some_member(exchange, false);
  auto asked = order(exchange, request, verb, by_owner, true);
  asked.is_settled = [&exchange, request] {
    let_time_pass(exchange, request);
    return state_of(exchange, request) == "revoked";
  };
  return asked;
}

Asked change_node(Exchange& exchange) {
  const auto request = some_member(exchange, false);
  const auto old = node_of(exchange, request);
  const auto wanted = new_node_id();
  exchange.people().as_operator("PUT", "requests/" + request + "/node-id", {{"node_id", wanted}});
  return {[&exchange, request, old, wanted] {
    const auto held = exchange.lab().controller_member(old);
    const auto leaving = exchange.number(
        "SELECT count(*) AS n FROM request r JOIN membership m ON m.id = r.membership "
        "WHERE r.id = $1::uuid AND m.previous_node_id IS NOT NULL",
        {request});
    return node_of(exchange, request) == wanted && leaving == 0 && !held.is_null() &&
           !held.at("authorized").get<bool>() && held.at("ipAssignments").empty();
  }};
}

Asked give_back(Exchange& exchange, const std::string& server) {
  exchange.people().as_admin("POST", "admin/route-servers/" + server + "/return");
  Asked asked{[&exchange, server] { return state_of_route_server(exchange, server) == "enabled"; }};
  asked.disturbed = {server + " "};
  return asked;
}

/// A route server is only let go while another one was seen up just now.
void look_at_route_servers(Exchange& exchange) {
  const auto unseen = [&exchange] {
    return exchange.number(
        "SELECT count(*) AS n FROM route_server WHERE state <> 'removed' "
        "AND coalesce(last_probe_at, '-infinity') < now() - interval '60 s'");
  };
  if (unseen() == 0) return;
  exchange.look_now("rs.probe");
  prepare(exchange, [unseen] { return unseen() == 0; });
}

Asked drain(Exchange& exchange) {
  look_at_route_servers(exchange);
  const std::string server = exchange.route_servers().back();
  exchange.people().as_admin("POST", "admin/route-servers/" + server + "/drain",
                             {{"seconds", 0}, {"reason", "fault suite"}});
  Asked asked{[&exchange, server] { return state_of_route_server(exchange, server) == "maintenance"; }};
  asked.disturbed = {server + " "};
  asked.clean_up = [&exchange, server] {
    const auto back = give_back(exchange, server);
    if (!eventually(seconds(60), back.is_settled)) throw std::runtime_error(server + " does not come back");
  };
  return asked;
}

Asked come_back(Exchange& exchange) {
  const auto drained = drain(exchange);
  prepare(exchange, drained.is_settled);
  return give_back(exchange, exchange.route_servers().back());
}

}  // namespace

void prepare(Exchange& exchange, const std::function<bool()>& is_settled) {
  const auto worker = exchange.start_worker("prepare", Times{});
  const bool done = eventually(seconds(60), [&] { return is_settled() && is_at_rest(exchange); });
  worker->stop();
  if (!done) throw std::runtime_error("the exchange could not be prepared for the cell");
}

std::string some_member(Exchange& exchange, bool suspended) {
  if (auto found = find_member(exchange, suspended); !found.empty()) return found;
  prepare(exchange, (suspended ? suspend(exchange) : approve(exchange)).is_settled);
  auto found = find_member(exchange, suspended);
  if (found.empty()) throw std::runtime_error("there is no member for the cell");
  return found;
}

std::string state_of(Exchange& exchange, const std::string& request) {
  return exchange.sql("SELECT state FROM request WHERE id = $1::uuid", {request}).one().get<std::string>("state");
}

std::string node_of(Exchange& exchange, const std::string& request) {
  return exchange
      .sql(
          "SELECT coalesce(m.node_id, '') AS node FROM request r JOIN membership m ON m.id = r.membership "
          "WHERE r.id = $1::uuid",
          {request})
      .one()
      .get<std::string>("node");
}

std::string session_prefix(Exchange& exchange, const std::string& request) {
  const auto row = exchange
                       .sql(
                           "SELECT m.asn, m.router_sequence, m.network FROM request r JOIN membership m "
                           "ON m.id = r.membership WHERE r.id = $1::uuid",
                           {request})
                       .one();
  auto name = domain::protocol_name(row.get<domain::Asn>("asn"), row.get<int>("router_sequence"),
                                    row.get<int>("network"), AddressFamily::ipv4);
  return name.substr(0, name.size() - 2);
}

std::string approve_new(Exchange& exchange) {
  auto& people = exchange.people();
  auto id = people.as_operator("POST", "requests", people.wish(true)).at("id").get<std::string>();
  people.as_admin("POST", "admin/requests/" + id + "/approve");
  return id;
}

Asked ask_for(Exchange& exchange, Operation operation) {
  switch (operation) {
    case Operation::approve:
      return approve(exchange);
    case Operation::harmful:
      return move_caches_away(exchange);
    case Operation::harm_later:
      return confirm_harm(exchange);
    case Operation::refused:
      return approve_what_is_refused(exchange);
    case Operation::change_node:
      return change_node(exchange);
    case Operation::suspend:
      return suspend(exchange);
    case Operation::resume:
      return order(exchange, some_member(exchange, true), "resume", false, false);
    case Operation::revoke:
      return depart(exchange, "revoke", false);
    case Operation::leave:
      return depart(exchange, "leave", true);
    case Operation::drain:
      return drain(exchange);
    case Operation::come_back:
      return come_back(exchange);
    case Operation::tamper:
      return authorize_by_hand(exchange);
    case Operation::damage:
      return edit_boot_file(exchange);
    case Operation::switch_on:
      return enable_by_hand(exchange);
    case Operation::trip:
      return announce_too_much(exchange, Sees::apply);
    case Operation::overrun:
      return announce_too_much(exchange, Sees::look);
    case Operation::thaw:
      return lift_freeze(exchange);
    case Operation::revive:
      return let_three_workers_die(exchange);
  }
  throw std::logic_error("an operation that is none");
}

std::string digest_of(Exchange& exchange, const std::string& route_server, std::int64_t revision) {
  const auto row = exchange
                       .sql(
                           "SELECT o.config_digest FROM root o JOIN route_server s ON s.id = o.route_server "
                           "WHERE s.name = $1 AND o.revision = $2 LIMIT 1",
                           {route_server, revision})
                       .at_most_one();
  return row ? row->get<std::string>("config_digest") : std::string();
}

}  // namespace ztix::faults
