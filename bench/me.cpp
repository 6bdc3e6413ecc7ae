// GET /api/v1/me by 64 people who are logged in, 64 connections: ztix-app beside fastify with pg and FastAPI with
// asyncpg, which look the session up in the same Redis and the user in the same PostgreSQL and answer the same JSON.
//
//   bench_me                4 rounds
//   bench_me --rounds N     each server in turn, 5 seconds each

#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

#include "bench/support/report.h"
#include "bench/support/run.h"
#include "bench/support/web.h"

#include "tests/support/checkout.h"

using namespace ztix;

namespace {

constexpr int kConnections = 64;
constexpr int kUsers = 64;  // each with a session of the own
constexpr int kSeconds = 5;
constexpr int kRounds = 4;
constexpr double kFastifyGoal = 1.5;
constexpr double kFastApiGoal = 6;

const std::string kPeers = test::in_checkout("bench/peers");

/// Somebody who answers GET /api/v1/me.
struct Server {
  std::string name;
  std::uint16_t port = 0;
  std::vector<double> rates{};
};

bench::Environment peer_environment(const bench::WebExchange& exchange) {
  return {{"DATABASE_URL", exchange.database_url()},
          {"REDIS_URL", exchange.redis_url()},
          {"BENCH_QUERY", "SELECT * FROM account WHERE id = $1"},
          {"PYTHONPATH", kPeers},
          {"PYTHONDONTWRITEBYTECODE", "1"}};
}

/// One process a core, as both are run in production.
std::string processes() { return std::to_string(std::max(1U, std::thread::hardware_concurrency())); }

bench::ProcessGroup fastify(const bench::WebExchange& exchange, std::uint16_t port) {
  return {peer_environment(exchange),
          {"node", kPeers + "/me.mjs", std::to_string(port), processes()},
          exchange.folder().path() + "/fastify.log"};
}

bench::ProcessGroup fast_api(const bench::WebExchange& exchange, std::uint16_t port) {
  return {peer_environment(exchange),
          {"/usr/bin/python3", "-m", "uvicorn", "me_peer:app", "--port", std::to_string(port), "--workers", processes(),
           "--no-access-log", "--log-level", "warning"},
          exchange.folder().path() + "/fastapi.log"};
}

/// All say the same, or it is not the same work.
void compare(const std::vector<Server>& servers, const std::string& cookie) {
  const auto wanted = nlohmann::json::parse(bench::await_me(servers.front().port, cookie));
  for (const auto& server : servers) {
    const auto said = nlohmann::json::parse(bench::await_me(server.port, cookie));
    if (said != wanted) throw std::runtime_error(server.name + " says " + said.dump() + ", not " + wanted.dump());
  }
}

double load(const Server& server, const bench::WebExchange& exchange, const std::vector<std::string>& cookies,
            int seconds) {
  const auto result = bench::Wrk(kConnections, seconds)
                          .cookies(cookies, exchange.folder())
                          .run("http://127.0.0.1:" + std::to_string(server.port) + "/api/v1/me");
  if (result.failed > 0) throw std::runtime_error(server.name + " failed " + std::to_string(result.failed) + " times");
  return result.per_second;
}

bool report(const Server& ours, const Server& peer, double goal) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.rates.size(); ++i) ratios.push_back(ours.rates[i] / peer.rates[i]);
  const double median = bench::quantile(ratios, 0.5);
  std::printf("%-8s %7.0f/s   ours %7.0f/s   ratio %.2f (worst pair %.2f)   goal >= %.1f: %s\n", peer.name.c_str(),
              bench::quantile(peer.rates, 0.5), bench::quantile(ours.rates, 0.5), median, bench::quantile(ratios, 0),
              goal, bench::reached(median >= goal));
  return median >= goal;
}

int measure(int rounds) {
  const bench::WebExchange exchange(1, kUsers);
  std::vector<Server> servers{
      {"ztix-app", exchange.port()}, {"fastify", test::free_port()}, {"FastAPI", test::free_port()}};
  const auto node = fastify(exchange, servers[1].port);
  const auto python = fast_api(exchange, servers[2].port);
  std::vector<std::string> cookies;
  for (int user = 0; user < kUsers; ++user) cookies.push_back(exchange.log_in(user));
  compare(servers, cookies.front());
  for (auto& server : servers) load(server, exchange, cookies, 2);
  for (int round = 0; round < rounds; ++round) {
    for (auto& server : servers) server.rates.push_back(load(server, exchange, cookies, kSeconds));
  }
  std::printf("GET /api/v1/me, %d connections, %s processes of each peer, %d rounds\n", kConnections,
              processes().c_str(), rounds);
  const bool beside_fastify = report(servers[0], servers[1], kFastifyGoal);
  const bool beside_fast_api = report(servers[0], servers[2], kFastApiGoal);
  return beside_fastify && beside_fast_api ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--rounds", kRounds, 1}, measure); }
