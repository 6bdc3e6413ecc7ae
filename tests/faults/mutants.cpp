#include "tests/faults/mutants.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/cell.h"
#include "tests/faults/invariants.h"
#include "tests/faults/operations.h"
#include "tests/support/checkout.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;

const std::vector<Mutant> kMutants{
    {"fence",
     "the host takes orders from a worker that lost its job",
     "ztix-rs-without-fence",
     {"A6.after approve oversleep", "A6.after harmful oversleep"}},
    {"boot-early",
     "the boot file moves when a root is armed, before it is confirmed",
     "ztix-rs-without-boot-late",
     {"A7.after approve abandon", "A8.before harmful abandon"}},
    {"undo-first",
     "a worker that takes over does not see that something is armed, and the host lets it arm and persist again",
     "ztix-rs-without-undo-first",
     // Good roots alone: harm is seen in what runs and taken back, whether or not it is known to be armed.
     {"A7.after approve kill", "A8.before approve kill"}}};

/// The hosts' helper is the mutant until this goes away. Names change hands, for a program that runs cannot be written
/// to; a helper that serves sees the change and ends.
class Swapped {
 public:
  Swapped(Exchange& exchange, const Mutant& mutant) {
    for (const auto& server : exchange.route_servers())
      swap(exchange, server, test::in_build("mutants/" + mutant.program));
  }
  Swapped(const Swapped&) = delete;
  Swapped& operator=(const Swapped&) = delete;
  ~Swapped() {
    for (const auto& [name, kept] : kept_) std::filesystem::rename(kept, name);
  }

 private:
  void swap(const Exchange& exchange, const std::string& server, const std::string& program) {
    const auto name = exchange.helper_file(server, "ztix-rs");
    const auto kept = exchange.helper_file(server, "ztix-rs.kept");
    const auto fresh = exchange.helper_file(server, "ztix-rs.new");
    std::filesystem::copy_file(program, fresh, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::create_hard_link(name, kept);
    kept_.emplace(name, kept);
    std::filesystem::rename(fresh, name);
  }
  std::map<std::string, std::string> kept_;
};

Cell cell_named(const std::string& name) {
  for (auto& cell : all_cells()) {
    if (cell.name() == name) return cell;
  }
  throw std::logic_error("no such cell: " + name);
}

/// With all guards back, one good change must bring everything into agreement again.
bool heals(Exchange& exchange) {
  const auto asked = ask_for(exchange, Operation::approve);
  const auto worker = exchange.start_worker("heal", Times{});
  const bool rest = test::eventually(seconds(60), [&] {
    return asked.is_settled() && is_at_rest(exchange) && violations(exchange, baseline(exchange)).empty();
  });
  worker->stop();
  return rest;
}

bool is_caught(Exchange& exchange, const Mutant& mutant) {
  std::printf("mutant %s: %s\n", mutant.name.c_str(), mutant.what.c_str());
  bool caught = true;
  for (const auto& name : mutant.cells) {
    Verdict verdict;
    {
      const Swapped swapped(exchange, mutant);
      verdict = run_cell(exchange, cell_named(name), "mutant-" + mutant.name);
    }
    caught = caught && !verdict.wrong.empty();
    std::printf("  %-8s %s%s\n", verdict.wrong.empty() ? "missed" : "caught", name.c_str(),
                verdict.wrong.empty() ? "" : (": " + verdict.wrong.front()).c_str());
    std::fflush(stdout);
    if (!heals(exchange)) throw std::runtime_error("the exchange does not heal after mutant " + mutant.name);
  }
  return caught;
}

}  // namespace

const std::vector<Mutant>& mutants() { return kMutants; }

bool run_mutants(Exchange& exchange) {
  std::size_t caught = 0;
  for (const auto& mutant : kMutants) caught += is_caught(exchange, mutant) ? 1U : 0U;
  std::printf("mutants: %zu, caught: %zu\n", kMutants.size(), caught);
  return caught == kMutants.size();
}

}  // namespace ztix::faults
