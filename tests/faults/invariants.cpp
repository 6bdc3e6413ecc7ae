#include "tests/faults/invariants.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/domain/config_snapshot.h"
#include "core/store/job_store.h"

namespace ztix::faults {
namespace {

using Words = std::vector<std::string>;

/// BIRD computes `since` anew for each answer, so it may jump by a second.
constexpr int kSinceTolerance = 2;

/// A live membership as it was approved.
struct Member {
  std::string request;
  std::string node_id;
  bool down = false;
  std::vector<std::string> addresses;
  std::vector<std::string> sessions;
};

std::vector<Member> approved_members(Exchange& exchange) {
  std::vector<Member> members;
  for (const auto row :
       exchange.sql("SELECT r.id::text AS request, coalesce(m.node_id, '') AS node_id, m.suspended, m.network, m.asn, "
                    "m.router_sequence, array_remove(array_agg(host(a.address) ORDER BY a.address), NULL) AS addresses "
                    "FROM membership m JOIN request r ON r.membership = m.id "
                    "LEFT JOIN address a ON a.network = m.network AND a.asn = m.asn "
                    "AND a.router_sequence = m.router_sequence AND a.state IN ('reserved', 'live') "
                    "WHERE m.ended_at IS NULL AND m.desired = 'present' AND r.state = 'active' "
                    "GROUP BY r.id, m.id")) {
    Member member{row.get<std::string>("request"),
                  row.get<std::string>("node_id"),
                  row.get<bool>("suspended"),
                  row.get<std::vector<std::string>>("addresses"),
                  {}};
    for (const auto& address : member.addresses) {
      const auto family = address.find(':') == std::string::npos ? AddressFamily::ipv4 : AddressFamily::ipv6;
      member.sessions.push_back(domain::protocol_name(row.get<domain::Asn>("asn"), row.get<int>("router_sequence"),
                                                      row.get<int>("network"), family));
    }
    members.push_back(std::move(member));
  }
  return members;
}

/// Name → state word (`up`, `start`, `down`) of the BGP protocols.
std::map<std::string, std::string> sessions_on(Exchange& exchange, const std::string& route_server) {
  std::map<std::string, std::string> found;
  const auto answer = exchange.lab().birdc(route_server, "show protocols");
  for (const auto line : split(answer, '\n')) {
    std::istringstream words{std::string(line)};
    std::string name;
    std::string kind;
    std::string table;
    std::string state;
    if (words >> name >> kind >> table >> state && kind == "BGP") found.emplace(name, state);
  }
  return found;
}

void check_sessions(Exchange& exchange, const std::vector<Member>& members, const std::string& server, Words& wrong) {
  auto found = sessions_on(exchange, server);
  for (const auto& member : members) {
    for (const auto& name : member.sessions) {
      const auto is = found.find(name);
      if (is == found.end()) {
        wrong.push_back(name + " is approved and missing on " + server);
        continue;
      }
      if (member.down && is->second != "down")
        wrong.push_back(name + " shall be down and is " + is->second + " on " + server);
      if (!member.down && is->second == "down") wrong.push_back(name + " is down on " + server);
      found.erase(is);
    }
  }
  for (const auto& [name, state] : found) wrong.push_back(name + " is on " + server + " and nobody approved it");
}

void check_controller(Exchange& exchange, const std::vector<Member>& members, Words& wrong) {
  std::set<std::string> seen;
  for (const auto& member : members) {
    const auto held = exchange.lab().controller_member(member.node_id);
    if (held.is_null()) {
      wrong.push_back("the controller does not know " + member.node_id);
      continue;
    }
    if (held.at("authorized").get<bool>() == member.down) {
      wrong.push_back(member.node_id + (member.down ? " is suspended and authorised" : " is not authorised"));
    }
    auto addresses = held.at("ipAssignments").get<Words>();
    for (const auto& address : addresses) {
      if (!seen.insert(address).second) wrong.push_back("the controller gave " + address + " twice");
    }
    if (!member.down && addresses.size() != member.addresses.size()) {
      wrong.push_back(member.node_id + " has other addresses at the controller");
    }
  }
}

void check_removed(Exchange& exchange, Words& wrong) {
  for (const auto row : exchange.sql(
           "SELECT m.node_id FROM membership m WHERE m.ended_at IS NOT NULL AND m.node_id IS NOT NULL AND NOT EXISTS "
           "(SELECT FROM membership l WHERE l.network = m.network AND l.node_id = m.node_id AND l.ended_at IS NULL)")) {
    const auto held = exchange.lab().controller_member(row.get<std::string>("node_id"));
    if (!held.is_null() && (held.at("authorized").get<bool>() || !held.at("ipAssignments").empty())) {
      wrong.push_back(row.get<std::string>("node_id") + " was removed and still has rights at the controller");
    }
  }
}

/// Running configuration, boot file and record name the same root, and nothing is armed.
void check_agreement(Exchange& exchange, const std::string& server, Words& wrong) {
  const auto row = exchange
                       .sql(
                           "SELECT confirmed_file, confirmed_digest, confirmed_revision, wanted_revision, state "
                           "FROM route_server WHERE name = $1",
                           {server})
                       .one();
  if (exchange.is_armed(server)) wrong.push_back(server + " is armed");
  if (exchange.config_digest(server) != row.get<std::string>("confirmed_digest")) {
    wrong.push_back(server + " runs something else than the record says");
  }
  if (exchange.boot_root(server) != row.get<std::string>("confirmed_file")) {
    wrong.push_back(server + " would boot something else than the record says");
  }
  const auto usable = exchange.number("SELECT max(revision) AS n FROM config_revision WHERE quarantined_at IS NULL");
  const auto confirmed = row.get<std::int64_t>("confirmed_revision");
  if (confirmed > usable) wrong.push_back(server + " confirmed a revision that is quarantined");
  if (confirmed < std::min(usable, row.get<std::int64_t>("wanted_revision"))) {
    wrong.push_back(server + " is behind at revision " + std::to_string(confirmed));
  }
}

/// Value of `key=` in a line of the host's journal.
std::string field(const std::string& line, const std::string& key) {
  const auto at = line.find(" " + key + "=");
  if (at == std::string::npos) return {};
  const auto from = at + key.size() + 2;
  return line.substr(from, line.find(' ', from) - from);
}

/// The host's own journal: each root was confirmed at most once, and nobody changed anything after a newer owner had.
void check_journal(Exchange& exchange, const std::string& server, std::uintmax_t from, Words& wrong) {
  std::ifstream journal(exchange.host_file(server, "journal"));
  journal.seekg(static_cast<std::streamoff>(from));
  std::map<std::string, int> confirms;
  std::int64_t newest = 0;
  for (std::string line; std::getline(journal, line);) {
    if (field(line, "exit") != "0") continue;
    const auto fence = parse_decimal<std::int64_t>(field(line, "fence")).value_or(0);
    if (fence < newest) wrong.push_back(server + " let a stale worker act: " + line);
    newest = std::max(newest, fence);
    const auto root = field(line, "root");
    if (field(line, "verb") == "confirm" && ++confirms[root] == 2) {
      wrong.push_back(server + " confirmed root " + root.substr(0, 12) + " twice");
    }
  }
}

void check_database(Exchange& exchange, Words& wrong) {
  const std::vector<std::pair<std::string, std::string>> none_of{
      {"an address is given twice", "SELECT count(*) - count(DISTINCT (network, address)) AS n FROM address"},
      {"a membership exists twice",
       "SELECT count(*) - count(DISTINCT (network, asn, router_sequence)) AS n FROM membership WHERE ended_at IS NULL"},
      {"a node has two memberships",
       "SELECT count(*) - count(DISTINCT (network, node_id)) AS n FROM membership "
       "WHERE ended_at IS NULL AND node_id IS NOT NULL"},
      {"a request was approved twice",
       "SELECT count(*) - count(DISTINCT subject_id) AS n FROM audit WHERE action = 'request.approved'"},
      {"a request hangs",
       "SELECT count(*) AS n FROM request WHERE state IN ('approved', 'provisioning', 'failed', 'revoking')"},
      {"a membership is held", "SELECT count(*) AS n FROM membership WHERE held AND ended_at IS NULL"}};
  for (const auto& [what, query] : none_of) {
    if (const auto n = exchange.number(query); n != 0) wrong.push_back(what + " (" + std::to_string(n) + ")");
  }
}

int seconds_of_day(const std::string& clock) {
  const auto part = [&](std::size_t at) { return parse_decimal<int>(clock.substr(at, 2)).value_or(0); };
  return clock.size() < 8 ? 0 : part(0) * 3600 + part(3) * 60 + part(6);
}

std::map<std::string, int> uptimes(Exchange& exchange) {
  std::map<std::string, int> found;
  for (const auto& server : exchange.route_servers()) {
    const auto answer = exchange.lab().birdc(server, "show protocols");
    for (const auto line : split(answer, '\n')) {
      std::istringstream text{std::string(line)};
      const Words words{std::istream_iterator<std::string>(text), {}};
      if (words.size() < 7 || words[1] != "BGP" || !words[0].starts_with("as10000") || words[6] != "Established")
        continue;
      found.emplace(server + " " + words[0], seconds_of_day(words[5]));
    }
  }
  return found;
}

void check_uptimes(Exchange& exchange, const Baseline& before, Words& wrong) {
  const auto now = uptimes(exchange);
  for (const auto& [session, since] : before.uptimes) {
    const auto found = now.find(session);
    if (found == now.end()) {
      wrong.push_back(session + " is no longer Established");
    } else if (std::abs(found->second - since) > kSinceTolerance) {
      wrong.push_back(session + " was restarted");
    }
  }
}

std::int64_t dead_jobs(Exchange& exchange) {
  return exchange.number("SELECT count(*) AS n FROM job WHERE state = 'dead'");
}

void check_dead_jobs(Exchange& exchange, std::int64_t allowed, Words& wrong) {
  const auto dead = exchange.sql(
      "SELECT kind || ' of ' || subject || ' is dead since step \"' || last_step || '\", attempt ' || attempt || "
      "', crashes ' || crash_count || ': ' || last_error AS job FROM job WHERE state = 'dead' ORDER BY finished_at "
      "DESC");
  const auto more = static_cast<std::int64_t>(dead.size()) - allowed;
  for (std::int64_t i = 0; i < more; ++i) {
    wrong.push_back(dead[static_cast<std::size_t>(i)].get<std::string>("job"));
  }
}

}  // namespace

Baseline baseline(Exchange& exchange) {
  Baseline before{uptimes(exchange), {}, dead_jobs(exchange)};
  for (const auto& server : exchange.route_servers()) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(exchange.host_file(server, "journal"), missing);
    before.journals[server] = missing ? 0 : size;
  }
  return before;
}

// A job that is dead because its workers were lost is not the end of it: it comes back by itself after a rest of
// seconds. On a busy machine the short leases of these tests are lost without anybody's doing.
bool is_at_rest(Exchange& exchange) {
  return exchange.number(
             "SELECT count(*) AS n FROM job WHERE (state IN ('ready', 'running') "
             "AND kind NOT IN ('rs.probe', 'controller.reconcile', 'peeringdb.refresh')) "
             "OR (state = 'dead' AND crash_count >= $1)",
             {store::PgJobStore::kCrashesUntilDead}) == 0;
}

std::vector<std::string> violations(Exchange& exchange, const Baseline& before, int refused) {
  Words wrong;
  const auto members = approved_members(exchange);
  for (const auto& server : exchange.route_servers()) {
    check_agreement(exchange, server, wrong);
    check_sessions(exchange, members, server, wrong);
    if (const auto from = before.journals.find(server); from != before.journals.end()) {
      check_journal(exchange, server, from->second, wrong);
    }
  }
  check_controller(exchange, members, wrong);
  check_removed(exchange, wrong);
  check_database(exchange, wrong);
  check_uptimes(exchange, before, wrong);
  check_dead_jobs(exchange, before.dead_jobs + refused, wrong);
  return wrong;
}

}  // namespace ztix::faults
