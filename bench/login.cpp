// Logging in with a password through the application, beside argon2 alone: libargon2 in a loop with the same cost, as
// many threads as the application hashes at the same time. What the difference pays for: HTTP, the user and an audit
// row in PostgreSQL (committed to the disk), the throttle and the session in Redis, and the load generator.
//
//   bench_login                4 rounds
//   bench_login --rounds N     argon2 and the application in turn, 8 seconds each

#include <atomic>
#include <chrono>
#include <cstdio>
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

/// Verifications a second of the hash that the application verifies too.
double argon2_alone(const std::string& phc, int threads) {
  std::atomic<int> done = 0;
  std::atomic<bool> wrong = false;
  const auto began = Clock::now();
  const auto end = began + std::chrono::seconds(kSeconds);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i) {
      workers.emplace_back([&] {
        const auto& password = bench::WebExchange::kPassword;
        while (Clock::now() < end) {
          if (argon2id_verify(phc.c_str(), password.data(), password.size()) != ARGON2_OK) wrong = true;
          ++done;
        }
      });
    }
  }
  if (wrong) throw std::logic_error("argon2 refuses the right password");
  return done / std::chrono::duration<double>(Clock::now() - began).count();
}

double logins(const bench::WebExchange& exchange, int threads) {
  // As many clients as places: one more would only measure how fast the others are refused.
  const auto result = bench::Wrk(threads, kSeconds)
                          .post(bench::WebExchange::credentials(), exchange.folder())
                          .run(exchange.url("/api/v1/auth/local/login"));
  if (result.failed > 0) throw std::runtime_error(std::to_string(result.failed) + " logins were refused");
  return result.per_second;
}

int measure(int rounds) {
  const int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const bench::WebExchange exchange(threads);
  service::SystemRandom random;
  const auto phc = identity::Argon2Hasher(random, 1).hash(SecretString(bench::WebExchange::kPassword)).value();
  static_cast<void>(exchange.log_in());
  std::vector<double> alone;
  std::vector<double> ours;
  std::vector<double> ratios;
  for (int round = 0; round < rounds; ++round) {
    alone.push_back(argon2_alone(phc, threads));
    ours.push_back(logins(exchange, threads));
    ratios.push_back(ours.back() / alone.back());
  }
  const double median = bench::quantile(ratios, 0.5);
  std::printf(
      "password login, %d at once   argon2 alone %.1f/s   through the app %.1f/s   ratio %.3f (worst %.3f)   "
      "goal >= %.1f: %s\n",
      threads, bench::quantile(alone, 0.5), bench::quantile(ours, 0.5), median, bench::quantile(ratios, 0), kGoal,
      bench::reached(median >= kGoal));
  return median >= kGoal ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, {"--rounds", kRounds, 1}, measure); }
