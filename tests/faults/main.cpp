#include <algorithm>
#include <cstdio>
#include <exception>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/base/descriptor.h"
#include "core/base/text.h"
#include "tests/faults/cell.h"
#include "tests/faults/exchange.h"
#include "tests/faults/mutants.h"
#include "tests/faults/scenarios.h"
#include "tests/faults/table.h"

/// The fault suite's program; tests/faults/run builds, makes a lab, and starts it.

namespace {

using namespace ztix::faults;

struct Options {
  bool reduced = false;
  bool list = false;
  bool points = false;
  bool mutants = false;
  bool scenarios = false;
  int soak_minutes = 0;
  std::string only = ".";
  std::uint64_t seed = 1;
  std::string folder = "/tmp/ztix-faults";
  std::string turns;
};

/// Whose cell is next, among several programs that work on labs of their own: a counter in a file.
class Turns {
 public:
  explicit Turns(const std::string& file) {
    if (file.empty()) return;
    file_ = ztix::Descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!file_.is_open()) throw std::runtime_error("cannot open " + file);
  }

  std::size_t next() {
    if (!file_.is_open()) return own_++;
    const int file = file_.number();
    ::flock(file, LOCK_EX);
    std::size_t turn = 0;
    if (::pread(file, &turn, sizeof turn, 0) != sizeof turn) turn = 0;
    const auto following = turn + 1;
    if (::pwrite(file, &following, sizeof following, 0) != sizeof following) throw std::runtime_error("turns");
    ::flock(file, LOCK_UN);
    return turn;
  }

 private:
  ztix::Descriptor file_;
  std::size_t own_ = 0;
};

Options read_options(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto value = [&] {
      return ++i < words.size() ? words[i] : throw std::invalid_argument(words[i - 1] + " needs a value");
    };
    if (words[i] == "--reduced") {
      options.reduced = true;
    } else if (words[i] == "--list") {
      options.list = true;
    } else if (words[i] == "--points") {
      options.points = true;
    } else if (words[i] == "--mutants") {
      options.mutants = true;
    } else if (words[i] == "--scenarios") {
      options.scenarios = true;
    } else if (words[i] == "--soak") {
      options.soak_minutes = ztix::parse_decimal<int>(value()).value_or(1);
    } else if (words[i] == "--only") {
      options.only = value();
    } else if (words[i] == "--seed") {
      options.seed = ztix::parse_decimal<std::uint64_t>(value()).value_or(1);
    } else if (words[i] == "--folder") {
      options.folder = value();
    } else if (words[i] == "--turns") {
      options.turns = value();
    } else {
      throw std::invalid_argument("unknown option " + words[i]);
    }
  }
  return options;
}

/// The long ones first, so that several labs end at about the same time.
std::vector<Cell> chosen(const Options& options) {
  std::vector<Cell> cells;
  const std::regex only(options.only);
  for (auto& cell : options.reduced ? few_cells(options.seed) : all_cells()) {
    if (std::regex_search(cell.name(), only)) cells.push_back(std::move(cell));
  }
  std::stable_partition(cells.begin(), cells.end(), [](const Cell& cell) { return takes_long(cell.row.operation); });
  return cells;
}

void print(const std::string& number, const Cell& cell, const Verdict& verdict) {
  const auto name = cell.name();
  std::printf("%s %8s  %-44s %6.1f s  %s\n", verdict.wrong.empty() ? "PASS" : "FAIL", number.c_str(), name.c_str(),
              static_cast<double>(verdict.took.count()) / 1000, verdict.effect.c_str());
  for (const auto& wrong : verdict.wrong) std::printf("        %s\n", wrong.c_str());
  std::fflush(stdout);
}

int run_cells(Exchange& exchange, const Options& options) {
  const auto cells = chosen(options);
  Turns turns(options.turns);
  std::size_t run = 0;
  std::size_t passed = 0;
  for (auto i = turns.next(); i < cells.size(); i = turns.next()) {
    const auto verdict = run_cell(exchange, cells[i], "cell" + std::to_string(i + 1));
    print(std::to_string(i + 1) + "/" + std::to_string(cells.size()), cells[i], verdict);
    ++run;
    if (verdict.wrong.empty()) ++passed;
  }
  std::printf("cells: %zu, passed: %zu\n", run, passed);
  return passed == run && !cells.empty() ? 0 : 1;
}

int run(const Options& options) {
  if (options.points) {
    std::set<std::string_view> points;
    for (const auto& row : rows()) points.insert(row.point);
    for (const auto point : points) std::printf("%s\n", std::string(point).c_str());
    return 0;
  }
  if (options.list) {
    for (const auto& cell : chosen(options)) std::printf("%s\n", cell.name().c_str());
    return 0;
  }
  Exchange exchange(options.folder);
  if (options.mutants) return run_mutants(exchange) ? 0 : 1;
  if (options.scenarios) return run_scenarios(exchange, options.only) ? 0 : 1;
  if (options.soak_minutes > 0) return soak(exchange, options.soak_minutes, options.seed) ? 0 : 1;
  return run_cells(exchange, options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(read_options({argv + 1, argv + argc}));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "faults: %s\n", failure.what());
  }
  return 1;
}
