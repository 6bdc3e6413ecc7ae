// Sealing and checking a long audit log: a private PostgreSQL, the sealer of the worker, the check of the command line.
//
//   bench_audit              300,000 rows
//   bench_audit --count N

#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "bench/support/report.h"
#include "bench/support/run.h"

#include "core/store/audit_sealer.h"
#include "core/store/audit_verifier.h"
#include "tests/support/test_database.h"

using namespace ztix;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kRows = 300'000;
constexpr int kRounds = 5;
constexpr double kGoal = 100'000;  // rows a second

/// Rows as an approval leaves them.
constexpr const char* kFill =
    "INSERT INTO audit (actor_kind, actor_user_id, actor_name, remote_address, trace_id, action, subject_kind, "
    "subject_id, facts) SELECT 'user', gen_random_uuid(), 'alice', '192.0.2.7', gen_random_uuid()::text, "
    "'request.approved', 'request', gen_random_uuid()::text, jsonb_build_object('asn', i::text, 'note', 'as asked') "
    "FROM generate_series(1, $1::bigint) i";

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

int measure(int count) {
  test::TestDatabase database;
  database.sql(kFill, {count});
  database.sql("ANALYZE audit");
  const service::AuditChain chain(SecretString("a key of 32 bytes for measuring only"));
  store::Database worker(database.settings("ztix_worker"));
  store::Database owner(database.settings());
  auto begin = Clock::now();
  const auto sealed = store::PgAuditSealer(worker, chain).seal();
  if (!sealed || *sealed != count) throw std::runtime_error("not all rows were sealed");
  const double sealing = count / seconds_since(begin);
  database.sql("ANALYZE audit_seal");
  std::vector<double> rates;
  for (int round = 0; round < kRounds; ++round) {
    begin = Clock::now();
    const auto report = store::PgAuditVerifier(owner, chain).verify({});
    if (!report || !report->is_intact() || report->sealed != count) throw std::runtime_error("the log is not intact");
    rates.push_back(count / seconds_since(begin));
  }
  const double rate = bench::quantile(rates, 0.5);
  std::printf("audit log of %d rows\n", count);
  std::printf("sealed   %10.0f rows/s\n", sealing);
  std::printf("checked  %10.0f rows/s   median of %d, worst %.0f   goal >= %.0f: %s\n", rate, kRounds,
              bench::quantile(rates, 0), kGoal, bench::reached(rate >= kGoal));
  return rate >= kGoal ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--count", kRows, 1'000}, measure); }
