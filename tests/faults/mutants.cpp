#include "tests/faults/mutants.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "tests/faults/cell.h"
#include "tests/faults/invariants.h"
#include "tests/faults/operations.h"

namespace ztix::faults {
namespace {

using std::chrono::seconds;

const std::vector<Mutant> kMutants{
    {"fence",
     "the host takes orders from a worker that lost its job",
     {{"ztix-rs", R"(if [ "$2" -lt "$host_fence" ]; then)", "if false; then"}},
     {"A6.after approve oversleep", "A6.after harmful oversleep"}},
    {"boot-early",
     "the boot file moves when a root is armed, before it is confirmed",
     {{"ztix-rs.d/change.sh", "  say \"armed $LEFT\"\n",
       "  ln -sfT \"root-$root.conf\" .boot.new && mv -fT .boot.new boot.conf\n  say \"armed $LEFT\"\n"}},
     {"A7.after approve abandon", "A8.before harmful abandon"}},
    {"undo-first",
     "a worker that takes over does not see that something is armed, and the host lets it arm and persist again",
     {{"ztix-rs.d/look.sh", R"(case $ARMED in yes) say "armed yes $LEFT" ;; *) say 'armed no' ;; esac)",
       "say 'armed no'"},
      {"ztix-rs.d/change.sh", R"([ "$ARMED" = no ] || refuse armed)", ":"}},
     {"A7.after approve kill", "A7.after harmful kill"}}};

/// Restores every patched file when it goes away.
class Patched {
 public:
  Patched(Exchange& exchange, const Mutant& mutant) {
    for (const auto& server : exchange.route_servers()) {
      for (const auto& patch : mutant.patches) apply(exchange.helper_file(server, patch.file), patch);
    }
  }
  Patched(const Patched&) = delete;
  Patched& operator=(const Patched&) = delete;
  ~Patched() {
    for (const auto& [path, text] : originals_) std::ofstream(path, std::ios::binary) << text;
  }

 private:
  void apply(const std::string& path, const Patch& patch) {
    auto text = test::read_file(path);
    originals_.try_emplace(path, text);
    std::size_t count = 0;
    for (auto at = text.find(patch.from); at != std::string::npos; at = text.find(patch.from, at + patch.to.size())) {
      text.replace(at, patch.from.size(), patch.to);
      ++count;
    }
    if (count == 0) throw std::runtime_error("the guard is no longer where the mutant looks for it: " + path);
    std::ofstream(path, std::ios::binary) << text;
  }
  std::map<std::string, std::string> originals_;
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
  bool caught = false;
  for (const auto& name : mutant.cells) {
    Verdict verdict;
    {
      const Patched patched(exchange, mutant);
      verdict = run_cell(exchange, cell_named(name), "mutant-" + mutant.name);
    }
    caught = caught || !verdict.wrong.empty();
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
