// Logging in with a password through the application, beside argon2 alone: libargon2 in a loop with the same cost, as
// many threads as the application hashes at the same time. What the difference pays for: HTTP, the user and an audit
// row in PostgreSQL (committed to the disk), the throttle and the session in Redis, and the load generator. The
// application's own hasher, which keeps argon2's memory between runs, is shown in a loop, too.
//
// Then a crowd comes while all places are taken: how fast those are refused who find none, and what others notice of
// them.
//
//   bench_login                4 rounds
//   bench_login --rounds N     argon2 and the application in turn, 8 seconds each; then as often without and with a
//   crowd

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <argon2.h>

#include "bench/support/report.h"
#include "bench/support/run.h"
#include "bench/support/web.h"

#include "core/identity/argon2_hasher.h"
#include "core/service/system.h"

using namespace ztix;

namespace {

constexpr int kSeconds = 8;
constexpr int kRounds = 4;
constexpr double kGoal = 0.9;

using Clock = std::chrono::steady_clock;

/// How often a second `verify` is through, in so many threads.
double in_a_loop(int threads, const std::function<bool()>& verify) {
  std::atomic<int> done = 0;
  std::atomic<bool> wrong = false;
  const auto began = Clock::now();
  const auto end = began + std::chrono::seconds(kSeconds);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        while (Clock::now() < end) {
          if (!verify()) wrong = true;
          ++done;
        }
      });
    }
  }
  if (wrong) throw std::logic_error("argon2 refuses the right password");
  return done / std::chrono::duration<double>(Clock::now() - began).count();
}

/// The hash that the application verifies too.
double argon2_alone(const std::string& phc, int threads) {
  const auto& password = bench::WebExchange::kPassword;
  return in_a_loop(threads,
                   [&] { return argon2id_verify(phc.c_str(), password.data(), password.size()) == ARGON2_OK; });
}

double our_hasher(identity::Argon2Hasher& hasher, const std::string& phc, int threads) {
  return in_a_loop(threads, [&] {
    const auto verdict = hasher.verify(SecretString(bench::WebExchange::kPassword), phc);
    return verdict && verdict->matches;
  });
}

double logins(const bench::WebExchange& exchange, int threads) {
  // As many clients as places: one more would only measure how fast the others are refused.
  const auto result = bench::Wrk(threads, kSeconds)
                          .post(bench::WebExchange::credentials(), exchange.folder())
                          .run(exchange.url("/api/v1/auth/local/login"));
  if (result.failed > 0) throw std::runtime_error(std::to_string(result.failed) + " logins were refused");
  return result.per_second;
}

/// People who try to log in again and again, as the answer's Retry-After says, while others read.
constexpr int kCrowd = 32;
constexpr double kRefusalGoal = 50;  // ms
/// Of what noise makes of two equal runs.
constexpr double kUnchanged = 1.1;

double ms_since(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

struct CrowdedRun {
  std::vector<double> refusals;  ///< ms
  std::vector<double> reads;     ///< ms, of GET /readyz
};

/// @param crowd  how many come although all places are taken.
CrowdedRun crowded(const bench::WebExchange& exchange, int places, int crowd) {
  CrowdedRun run;
  std::mutex mutex;
  const auto note = [&](int status, double took) {
    const std::lock_guard hold(mutex);
    if (status == 429) run.refusals.push_back(took);
  };
  const auto end = Clock::now() + std::chrono::seconds(kSeconds);
  const std::string read = "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  std::vector<std::jthread> people;
  for (int i = 0; i < places; ++i) {
    people.emplace_back([&] {
      while (Clock::now() < end) static_cast<void>(exchange.try_log_in());
    });
  }
  for (int i = 0; i < crowd; ++i) {
    people.emplace_back([&, i] {
      std::this_thread::sleep_for(std::chrono::milliseconds(1000 * i / crowd));
      while (Clock::now() < end) {
        const auto began = Clock::now();
        const int status = exchange.try_log_in().status;
        note(status, ms_since(began));
        std::this_thread::sleep_for(std::chrono::seconds(1));
      }
    });
  }
  while (Clock::now() < end) {
    const auto began = Clock::now();
    if (test::send_raw(exchange.port(), read).status != 200) throw std::runtime_error("a read was refused");
    run.reads.push_back(ms_since(began));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return run;
}

bool measure_crowd(const bench::WebExchange& exchange, int places, int rounds) {
  std::vector<double> refusals;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    const auto alone = crowded(exchange, places, 0);
    const auto run = crowded(exchange, places, kCrowd);
    refusals.insert(refusals.end(), run.refusals.begin(), run.refusals.end());
    ratios.push_back(bench::quantile(run.reads, 0.95) / bench::quantile(alone.reads, 0.95));
  }
  if (refusals.empty()) throw std::runtime_error("nobody was refused");
  const double slow = bench::quantile(refusals, 0.99);
  const double ratio = bench::quantile(ratios, 0.5);
  std::printf("a crowd of %d   %zu refused, p99 %.1f ms   goal < %.0f: %s   others' p95 %.2f x   goal <= %.1f: %s\n",
              kCrowd, refusals.size(), slow, kRefusalGoal, bench::reached(slow < kRefusalGoal), ratio, kUnchanged,
              bench::reached(ratio <= kUnchanged));
  return slow < kRefusalGoal && ratio <= kUnchanged;
}

int measure(int rounds) {
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const bench::WebExchange exchange(threads);
  service::SystemRandom random;
  identity::Argon2Hasher hasher(random, threads);
  const auto phc = hasher.hash(SecretString(bench::WebExchange::kPassword)).value();
  static_cast<void>(exchange.log_in());
  std::vector<double> alone;
  std::vector<double> kept;
  std::vector<double> ours;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    alone.push_back(argon2_alone(phc, threads));
    kept.push_back(our_hasher(hasher, phc, threads));
    ours.push_back(logins(exchange, threads));
    ratios.push_back(ours.back() / alone.back());
  }
  const double median = bench::quantile(ratios, 0.5);
  std::printf(
      "password login, %d at once   argon2 alone %.1f/s   with its memory kept %.1f/s   through the app %.1f/s   "
      "ratio %.3f (worst %.3f)   goal >= %.1f: %s\n",
      threads, bench::quantile(alone, 0.5), bench::quantile(kept, 0.5), bench::quantile(ours, 0.5), median,
      bench::quantile(ratios, 0), kGoal, bench::reached(median >= kGoal));
  const bool is_calm = measure_crowd(exchange, threads, rounds);
  return median >= kGoal && is_calm ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--rounds", kRounds, 1}, measure); }
