#include "bench/fleet/fleet.h"

#include <algorithm>
#include <barrier>
#include <chrono>
#include <iomanip>
#include <map>
#include <mutex>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace ztix::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

store::DatabaseSettings database_settings(const test::Lab& lab) {
  return checked(store::DatabaseSettings::from_url(SecretString(lab.env("DATABASE_URL"))));
}

remote::SshSettings ssh_settings(const test::Lab& lab) {
  remote::SshSettings settings;
  settings.private_key_path = lab.env("ROUTE_SERVER_SSH_PRIVATE_KEY_PATH");
  return settings;
}

/// Never a node of the lab's own.
std::string random_node() {
  static std::mt19937_64 random(std::random_device{}());
  std::ostringstream text;
  text << 'b' << std::hex << std::setw(9) << std::setfill('0') << (random() & 0xfffffffffULL);
  return text.str();
}

/// Runs `work` once for each route server, all beginning at the same moment; milliseconds until the last has ended.
template <class Work>
double on_all(const std::vector<RouteServer>& servers, Work work) {
  std::mutex mutex;
  std::string failure;
  std::barrier start(static_cast<std::ptrdiff_t>(servers.size()) + 1);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < servers.size(); ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      const Status done = work(i);
      const std::lock_guard hold(mutex);
      if (!done) failure = servers[i].endpoint.name + ": " + done.error().message + " " + done.error().detail;
    });
  }
  start.arrive_and_wait();
  const auto begin = Clock::now();
  threads.clear();
  const auto took = Milliseconds(Clock::now() - begin).count();
  if (!failure.empty()) throw std::runtime_error(failure);
  return took;
}

}  // namespace

std::pair<double, double> median_and_worst(const std::vector<Pair>& pairs) {
  std::vector<double> ratios;
  for (const auto& pair : pairs) ratios.push_back(pair.ratio());
  std::sort(ratios.begin(), ratios.end());
  return {ratios[ratios.size() / 2], ratios.back()};
}

void checked(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message + " " + status.error().detail);
}

Fleet::Fleet(test::Lab& lab)
    : lab_(lab),
      database_(database_settings(lab_)),
      store_(database_),
      hosts_(ssh_settings(lab_)),
      member_(lab_.new_operator()) {}

nlohmann::json Fleet::next_request() { return lab_.request(member_, true, random_node()); }

void Fleet::fill(int memberships) {
  std::vector<nlohmann::json> requests;
  for (int i = 0; i < memberships; ++i) {
    requests.push_back(next_request());
    lab_.approve(requests.back());
  }
  const auto waiting = [&] { return lab_.sql("SELECT id FROM request WHERE state <> 'active'").size(); };
  if (!test::eventually(std::chrono::minutes(10), [&] { return waiting() == 0; })) {
    throw std::runtime_error(std::to_string(waiting()) + " requests are not active");
  }
}

std::size_t Fleet::bytes() {
  const auto subject = checked(store_.subject("rs1"));
  const auto config = checked(render::render_route_server(subject.newest));
  std::size_t sum = config.root.size();
  for (const auto& object : config.objects) sum += object->text.size();
  return sum;
}

void Fleet::look() {
  servers_.clear();
  for (const auto row : lab_.sql("SELECT s.name, f.fence FROM route_server s JOIN route_server_fence f ON "
                                 "f.route_server = s.id ORDER BY s.id")) {
    auto subject = checked(store_.subject(row.get<std::string>("name")));
    auto host = checked(hosts_.connect(subject.endpoint));
    const service::HostCredential who{subject.installation, row.get<std::int64_t>("fence"), "bench"};
    servers_.push_back({subject.endpoint, who, std::move(host), std::move(subject.newest)});
  }
}

render::RenderedConfig Fleet::next_change(const RouteServer& server, int change) const {
  auto snapshot = server.newest;
  auto& membership = snapshot.memberships.back();
  membership.version += change;
  membership.limit_v6 = checked(domain::PrefixLimit::of(AddressFamily::ipv6, 10'000U + static_cast<unsigned>(change)));
  return checked(render::render_route_server(snapshot));
}

double Fleet::put_check_arm() {
  const int change = new_change();
  std::vector<render::RenderedConfig> wanted;
  for (const auto& server : servers_) wanted.push_back(next_change(server, change));
  const auto took = on_all(servers_, [&](std::size_t i) -> Status {
    const auto& [endpoint, who, host, newest] = servers_[i];
    const auto stored = host->put(who, {wanted[i].objects.back()->text, wanted[i].root});
    if (!stored) return stored.error();
    const auto verdict = host->check(who, wanted[i].root_digest);
    if (!verdict) return verdict.error();
    if (!verdict->ok) return fail(ErrorCode::upstream, verdict->message);
    return host->arm(who, wanted[i].root_digest, std::chrono::seconds(60), {});
  });
  on_all(servers_, [&](std::size_t i) { return servers_[i].host->undo(servers_[i].who, wanted[i].root_digest); });
  return took;
}

void Fleet::undo_everywhere(const std::string& root, const std::string& digest) const {
  on_all(servers_, [&](std::size_t i) -> Status {
    const auto& [endpoint, who, host, newest] = servers_[i];
    const auto status = host->status(who);
    if (!status) return status.error();
    if (!status->armed || status->running_digest != digest) return fail(ErrorCode::internal, "The peer has not armed.");
    return host->undo(who, root);
  });
}

WholeApply Fleet::apply_everywhere() {
  const auto request = next_request();
  const auto begin = Clock::now();
  lab_.approve(request);
  if (!lab_.becomes(request, "active", std::chrono::minutes(2))) throw std::runtime_error("the request is not active");
  const auto until_active = Milliseconds(Clock::now() - begin).count();
  WholeApply apply;
  // The last turn ends just after the last confirm.
  const auto is_told = [&] { return (apply = measured(request)).servers == servers_.size(); };
  if (!test::eventually(std::chrono::seconds(10), is_told)) throw std::runtime_error("a route server had no turn");
  apply.until_active = until_active;
  return apply;
}

WholeApply Fleet::measured(const nlohmann::json& request) {
  const auto rows = lab_.sql(
      "SELECT v.revision::text, r.turn, (extract(epoch FROM r.taken_at - v.created_at) * 1000000)::bigint AS taken, "
      "(extract(epoch FROM r.ended_at - v.created_at) * 1000000)::bigint AS ended, "
      "(extract(epoch FROM s.confirmed_at - v.created_at) * 1000)::bigint AS confirmed "
      "FROM request q JOIN config_object o ON o.kind = 'membership' AND o.subject = q.membership::text "
      "JOIN config_revision v ON v.revision = o.from_revision JOIN rollout r ON r.revision = v.revision "
      "JOIN route_server s ON s.id = r.route_server WHERE q.id = $1::uuid AND r.verdict = 'confirmed'",
      {test::Lab::id(request)});
  WholeApply apply;
  std::map<int, int> turns;
  std::vector<std::pair<std::int64_t, int>> edges;
  for (const auto row : rows) {
    apply.revision = row.get<std::string>("revision");
    apply.until_confirmed = std::max(apply.until_confirmed, static_cast<double>(row.get<std::int64_t>("confirmed")));
    ++turns[row.get<int>("turn")];
    edges.emplace_back(row.get<std::int64_t>("taken"), 1);
    edges.emplace_back(row.get<std::int64_t>("ended"), -1);
  }
  apply.servers = rows.size();
  std::sort(edges.begin(), edges.end());
  int now = 0;
  for (const auto& [at, step] : edges) apply.most_at_once = std::max(apply.most_at_once, now += step);
  for (const auto& [turn, count] : turns) apply.turns += (turn == 1 ? "" : " + ") + std::to_string(count);
  return apply;
}

}  // namespace ztix::bench
