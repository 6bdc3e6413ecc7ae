// Approving and listing with 100,000 requests in the database: a private PostgreSQL as it runs in production (every
// commit on the disk), the stores of the app, one call after another.
//
//   bench_requests              100,000 requests
//   bench_requests --count N

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/support/run.h"

#include "core/store/account_store.h"
#include "core/store/network_store.h"
#include "core/store/request_store.h"
#include "tests/support/test_database.h"

using namespace ztix;
using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

namespace {

constexpr int kRequests = 100'000;
constexpr int kApprovals = 2'000;
constexpr int kPages = 2'000;
constexpr int kPagesOfAWalk = 20;
constexpr double kApproveGoal = 10;  // p95, milliseconds
constexpr double kPageGoal = 20;

const auto kNetwork = domain::ZtNetworkId::parse("8056c2e21c000001").value();
const auto kOtherNetwork = domain::ZtNetworkId::parse("8056c2e21c000002").value();

/// Of ten requests five are active, three rejected, one withdrawn and one waits for a decision. Each AS number has five
/// of them; an active one has its membership, its address and its rows of two route servers, each one its audit trail.
constexpr const char* kWishes[] = {
    "INSERT INTO route_server (name, ssh_host, ssh_port, ssh_user, host_key, router_id) "
    "SELECT 'rs' || i, '192.0.2.1', 2200 + i, 'ztix', 'key', ('192.0.2.' || i)::inet FROM generate_series(1, 2) i "
    "WHERE $1::bigint > 0 AND $2::uuid IS NOT NULL",
    "CREATE TABLE wish AS SELECT i, gen_random_uuid() AS id, 1000000 + i % ($1::bigint / 5) AS asn, "
    "1 + (i % 2)::int AS network, lpad(to_hex(16777216 + i), 10, '0') AS node, "
    "1 + (i / ($1::bigint / 5))::int AS sequence, now() - i * interval '1 minute' AS at, $2::uuid AS who, "
    "(ARRAY['pending','rejected','rejected','rejected','withdrawn','active','active','active','active','active'])"
    "[1 + (i / 7) % 10] AS state FROM generate_series(1, $1::bigint) i",
};

/// $1 first of $2 wishes: a trigger takes a lock for each node, and a transaction has only so many.
constexpr std::int64_t kBatch = 5'000;
constexpr const char* kFillMemberships =
    "INSERT INTO membership (network, asn, router_sequence, node_id, ipv4_wanted, limit_v4, limit_v6, "
    "confirmed_version, created_at) SELECT network, asn, sequence, node, false, 1000, 1000, 1, at FROM wish "
    "WHERE state = 'active' AND i >= $1::bigint AND i < $1::bigint + $2::bigint";

constexpr const char* kFill[] = {
    "INSERT INTO address (network, address, asn, router_sequence, state) SELECT network, ('2001:db8:' || network || "
    "'::')::inet + i, asn, sequence, 'live' FROM wish WHERE state = 'active'",
    "INSERT INTO request (id, asn, network, node_id, state, ipv4, note, requested_by, membership, created_at) SELECT "
    "w.id, w.asn, w.network, w.node, w.state, false, 'We would like to peer.', w.who, m.id, w.at FROM wish w LEFT JOIN "
    "membership m ON m.network = w.network AND m.node_id = w.node",
    "INSERT INTO request_route_server (request, route_server, state, wanted_revision, confirmed_revision) SELECT w.id, "
    "s.id, 'confirmed', 1, 1 FROM wish w CROSS JOIN route_server s WHERE w.state = 'active'",
    "INSERT INTO audit (at, actor_kind, actor_name, action, subject_kind, subject_id, facts) SELECT w.at, 'user', "
    "'alice', a.action, 'request', w.id::text, '{\"asn\": \"1000000\"}' FROM wish w CROSS JOIN (VALUES "
    "('request.created'), ('request.approved'), ('request.activated')) a (action) WHERE (w.state = 'active' OR "
    "a.action = 'request.created')",
    "DROP TABLE wish",
};

service::NewNetwork new_network(const domain::ZtNetworkId& id, const std::string& name, int number) {
  const auto lan = Prefix::parse("2001:db8:" + std::to_string(number) + "::/64").value();
  return {id,
          name,
          "Berlin",
          std::nullopt,
          lan,
          std::nullopt,
          domain::Admission::open,
          domain::Asn::from_number(64500).value()};
}

/// The value of a call that must succeed.
template <class T>
T checked(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " " + result.error().detail);
  return std::move(result).value();
}

class Exchange {
 public:
  explicit Exchange(std::int64_t count) {
    const service::Actor root{service::ActorKind::cli, std::nullopt, "root", "", "bench"};
    store::PgAccountStore accounts(owner_);
    store::PgNetworkStore networks(owner_);
    const auto user = checked(accounts.create_user({"alice", "$argon2id$none", {}, {}, {}}, root)).id;
    checked(networks.add_network(new_network(kNetwork, "berlin", 1), root));
    checked(networks.add_network(new_network(kOtherNetwork, "hamburg", 2), root));
    command_ = {{service::ActorKind::user, user, "alice", "192.0.2.1", "bench"}, std::nullopt};
    for (const char* statement : kWishes) database_.sql(statement, {count, user});
    for (std::int64_t first = 1; first <= count; first += kBatch) database_.sql(kFillMemberships, {first, kBatch});
    for (const char* statement : kFill) database_.sql(statement);
    database_.sql("ANALYZE");
    for (const auto& row : database_.sql("SELECT id FROM request WHERE state = 'pending' ORDER BY id")) {
      pending_.push_back(Uuid::parse(row.get<std::string>("id")).value());
    }
  }

  std::vector<double> approvals() {
    std::vector<double> times;
    for (std::size_t i = 0; i < std::min<std::size_t>(kApprovals, pending_.size()); ++i) {
      const auto begin = Clock::now();
      checked(requests_.approve(pending_[i], command_));
      times.push_back(Milliseconds(Clock::now() - begin).count());
    }
    return times;
  }

  /// Pages one after another from the newest on, for each way to filter; then from the newest again.
  std::vector<double> pages(const service::RequestFilter& filter) {
    std::vector<double> times;
    service::Page page;
    while (times.size() < kPages / 4) {
      const auto begin = Clock::now();
      const auto items = checked(requests_.list(filter, page));
      times.push_back(Milliseconds(Clock::now() - begin).count());
      if (items.items.empty()) throw std::logic_error("an empty page measures nothing");
      const bool walk_on = !items.next.empty() && times.size() % kPagesOfAWalk != 0;
      page.cursor = walk_on ? items.next : std::string();
    }
    return times;
  }

 private:
  test::TestDatabase database_;
  store::Database owner_{database_.settings()};
  store::Database app_{database_.settings("ztix_app")};
  store::PgRequestStore requests_{app_};
  service::Command command_;
  std::vector<Uuid> pending_;
};

double quantile(std::vector<double> times, double part) {
  std::sort(times.begin(), times.end());
  return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
}

bool report(const char* name, const std::vector<double>& times, double goal) {
  const double p95 = quantile(times, 0.95);
  std::printf("%-28s %5zu   p50 %7.2f ms   p95 %7.2f ms   p99 %7.2f ms   goal p95 <= %.0f: %s\n", name, times.size(),
              quantile(times, 0.5), p95, quantile(times, 0.99), goal, p95 <= goal ? "reached" : "MISSED");
  return p95 <= goal;
}

int measure(int count) {
  auto& server = test::TestServer::instance();
  server.stop();
  server.start(test::TestServer::Disk::safe);
  const auto begin = Clock::now();
  Exchange exchange(count);
  std::printf("%d requests, made in %.0f s\n", count, Milliseconds(Clock::now() - begin).count() / 1000);
  bool good = report("approve", exchange.approvals(), kApproveGoal);
  service::RequestFilter filter;
  good = report("admin list, all", exchange.pages(filter), kPageGoal) && good;
  filter.state = domain::RequestState::pending;
  good = report("admin list, pending", exchange.pages(filter), kPageGoal) && good;
  filter.state = domain::RequestState::active;
  filter.zt_network_id = kOtherNetwork;
  good = report("admin list, active, network", exchange.pages(filter), kPageGoal) && good;
  filter = {};
  filter.asn = domain::Asn::from_number(1'000'007).value();
  good = report("admin list, one AS number", exchange.pages(filter), kPageGoal) && good;
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--count", kRequests, 1'000}, measure); }
