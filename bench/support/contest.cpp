#include "bench/support/contest.h"

#include <filesystem>
#include <stdexcept>

#include <linux/magic.h>
#include <sys/vfs.h>

#include "generated/queries.h"
#include "tests/support/checkout.h"

namespace ztix::bench {
namespace {

const std::string kPeers = test::in_checkout("bench/peers");
const std::string kOurWorker = test::in_build("bin/bench_worker");
/// Debian's: that is where its packages are.
const std::string kPython = "/usr/bin/python3";

void require_peers() {
  if (test::run({kPython, "-c", "import celery, psycopg2, redis"}).exit_code != 0) {
    throw std::runtime_error("Celery is missing; remedy: deploy/install-packages bench");
  }
  if (!std::filesystem::exists(kPeers + "/node_modules/bullmq")) {
    throw std::runtime_error("BullMQ is missing; remedy: npm ci --ignore-scripts --prefix bench/peers");
  }
}

/// A commit to memory would measure nothing.
void require_disk(const std::string& path) {
  struct statfs about {};
  if (statfs(path.c_str(), &about) != 0 || about.f_type == TMPFS_MAGIC || about.f_type == RAMFS_MAGIC) {
    throw std::runtime_error(path + " is no disk");
  }
}

test::TestServer& safe_server() {
  auto& server = test::TestServer::instance();
  server.stop();
  server.start(test::TestServer::Disk::safe);
  return server;
}

}  // namespace

Contest::Contest() {
  require_peers();
  require_disk(folder_.path());
  safe_server();
}

std::string Contest::log_of(const std::string& program) {
  return folder_.path() + "/" + program + "-" + std::to_string(++workers_) + ".log";
}

ProcessGroup Contest::our_worker(int jobs_at_once, const Holding& holding) {
  return {{{"DATABASE_URL", database_.url("ztix_worker")},
           {"REDIS_URL", redis_.url()},
           {"ZTIX_WORKER_THREADS", std::to_string(jobs_at_once + 1)}},
          {kOurWorker, holding.events, std::to_string(holding.first_ms), std::to_string(holding.again_ms)},
          log_of("ours")};
}

Environment Contest::celery_environment(const Holding& holding) const {
  return {{"REDIS_URL", redis_.url()},
          {"PYTHONPATH", kPeers},
          {"PYTHONDONTWRITEBYTECODE", "1"},
          {"BENCH_EVENTS", holding.events},
          {"BENCH_FIRST", std::to_string(holding.first_ms)},
          {"BENCH_AGAIN", std::to_string(holding.again_ms)},
          {"BENCH_ACKS_LATE", holding.survives_worker ? "1" : ""}};
}

ProcessGroup Contest::celery_worker(int processes, const Holding& holding) {
  const auto log = log_of("celery");
  return {celery_environment(holding),
          {kPython, "-m", "celery", "-A", "celery_peer", "worker", "-c", std::to_string(processes), "-n",
           "w" + std::to_string(workers_) + "@%h"},
          log};
}

ProcessGroup Contest::bullmq_worker(int concurrency, const Holding& holding) {
  return {{{"REDIS_URL", redis_.url()}},
          {"node", kPeers + "/bullmq.mjs", "worker", std::to_string(concurrency), holding.events,
           std::to_string(holding.first_ms), std::to_string(holding.again_ms)},
          log_of("bullmq")};
}

void Contest::add_route_servers(int count) {
  database_.sql(
      "WITH made AS (INSERT INTO route_server (name, ssh_host, ssh_port, ssh_user, host_key, router_id, state) "
      "SELECT 'rs' || i, '192.0.2.1', 10000 + i, 'ztix', 'key', '10.0.0.0'::inet + i, 'enabled' "
      "FROM generate_series(1, $1::int) i RETURNING id) "
      "INSERT INTO route_server_fence (route_server) SELECT id FROM made",
      {count});
  database_.sql("ANALYZE");
}

void Contest::add_our_jobs(int count) {
  database_.sql(
      "INSERT INTO job (kind, subject, want_revision) SELECT 'rs.apply', 'route_server:rs' || i, 1 "
      "FROM generate_series(1, $1::int) i ORDER BY i",
      {count});
}

void Contest::add_celery_jobs(int count, const Holding& holding) {
  run_with(celery_environment(holding), {kPython, kPeers + "/celery_peer.py", "add", std::to_string(count)});
}

void Contest::add_bullmq_jobs(int count) {
  run_with({{"REDIS_URL", redis_.url()}}, {"node", kPeers + "/bullmq.mjs", "add", std::to_string(count)});
}

double Contest::celery_delays(int clients, int calls_each, Keeps keeps) {
  auto environment = celery_environment({});
  if (keeps == Keeps::as_ours) {
    environment["REDIS_URL"] = synced_redis_.url();
    environment["DATABASE_URL"] = database_.url("ztix_app");
    environment["BENCH_AUDIT"] = store::queries::audit_append.sql;
  }
  return std::stod(run_with(environment, {kPython, kPeers + "/celery_peer.py", "delay", std::to_string(clients),
                                          std::to_string(calls_each)}));
}

std::string Contest::bullmq_latency(int count) {
  return run_with({{"REDIS_URL", redis_.url()}}, {"node", kPeers + "/bullmq.mjs", "latency", std::to_string(count)});
}

int Contest::our_jobs(const std::string& state) {
  return database_.sql("SELECT count(*)::int AS count FROM job WHERE state = $1", {state}).one().get<int>("count");
}

void Contest::forget_peers_jobs() {
  redis_.flush_all();
  synced_redis_.flush_all();
}

void Contest::forget_our_jobs() { database_.sql("TRUNCATE job"); }

}  // namespace ztix::bench
