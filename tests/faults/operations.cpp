#include "tests/faults/operations.h"

#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/harm.h"
#include "tests/faults/invariants.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;
using test::eventually;

std::string state_of(Exchange& exchange, const std::string& request) {
  return exchange.sql("SELECT state FROM request WHERE id = $1::uuid", {request}).one().get<std::string>("state");
}

std::string state_of_route_server(Exchange& exchange, const std::string& name) {
  return exchange.sql("SELECT state FROM route_server WHERE name = $1", {name}).one().get<std::string>("state");
}

/// Done by a healthy worker, before the cell.
void prepare(Exchange& exchange, const Asked& asked) {
  const auto worker = exchange.start_worker("prepare", Times{});
  const bool done = eventually(seconds(60), [&] { return asked.is_settled() && is_at_rest(exchange); });
  worker->stop();
  if (!done) throw std::runtime_error("the exchange could not be prepared for the cell");
}

Asked approve(Exchange& exchange) {
  auto& people = exchange.people();
  const auto id = people.as_operator("POST", "requests", people.wish(true)).at("id").get<std::string>();
  people.as_admin("POST", "admin/requests/" + id + "/approve");
  return {[&exchange, id] { return state_of(exchange, id) == "active"; }};
}

/// Some member of the suite's AS number that is up or, if wished, suspended.
std::string some_member(Exchange& exchange, bool suspended);

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

std::string some_member(Exchange& exchange, bool suspended) {
  const auto find = [&] {
    return exchange
        .sql(
            "SELECT r.id::text AS id FROM request r JOIN membership m ON m.id = r.membership "
            "WHERE r.asn = $1 AND r.state = 'active' AND m.suspended = $2 ORDER BY r.created_at LIMIT 1",
            {static_cast<std::int64_t>(kAsn), suspended})
        .at_most_one();
  };
  if (!find()) prepare(exchange, suspended ? suspend(exchange) : approve(exchange));
  return find().value().get<std::string>("id");
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
  const auto node_of = [&exchange, request](const std::string& column) {
    return exchange
        .sql("SELECT coalesce(m." + column +
                 ", '') AS node FROM request r JOIN membership m ON m.id = r.membership "
                 "WHERE r.id = $1::uuid",
             {request})
        .one()
        .get<std::string>("node");
  };
  const auto old = node_of("node_id");
  const auto wanted = new_node_id();
  exchange.people().as_operator("PUT", "requests/" + request + "/node-id", {{"node_id", wanted}});
  return {[&exchange, node_of, old, wanted] {
    const auto held = exchange.lab().controller_member(old);
    return node_of("node_id") == wanted && node_of("previous_node_id").empty() && !held.is_null() &&
           !held.at("authorized").get<bool>() && held.at("ipAssignments").empty();
  }};
}

Asked give_back(Exchange& exchange, const std::string& server) {
  exchange.people().as_admin("POST", "admin/route-servers/" + server + "/return");
  Asked asked{[&exchange, server] { return state_of_route_server(exchange, server) == "enabled"; }};
  asked.disturbed_route_server = server;
  return asked;
}

/// A route server is only let go while another one was seen up just now.
void look_at_route_servers(Exchange& exchange) {
  prepare(exchange, {[&exchange] {
            return exchange.number(
                       "SELECT count(*) AS n FROM route_server WHERE state <> 'removed' "
                       "AND coalesce(last_probe_at, '-infinity') < now() - interval '10 s'") == 0;
          }});
}

Asked drain(Exchange& exchange) {
  look_at_route_servers(exchange);
  const std::string server = exchange.route_servers().back();
  exchange.people().as_admin("POST", "admin/route-servers/" + server + "/drain",
                             {{"seconds", 0}, {"reason", "fault suite"}});
  Asked asked{[&exchange, server] { return state_of_route_server(exchange, server) == "maintenance"; }};
  asked.disturbed_route_server = server;
  asked.clean_up = [&exchange, server] {
    const auto back = give_back(exchange, server);
    if (!eventually(seconds(60), back.is_settled)) throw std::runtime_error(server + " does not come back");
  };
  return asked;
}

Asked come_back(Exchange& exchange) {
  auto drained = drain(exchange);
  prepare(exchange, drained);
  return give_back(exchange, drained.disturbed_route_server);
}

}  // namespace

Asked ask_for(Exchange& exchange, Operation operation) {
  switch (operation) {
    case Operation::approve:
      return approve(exchange);
    case Operation::harmful:
      return move_caches_away(exchange);
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
