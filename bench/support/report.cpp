#include "bench/support/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>

namespace ztix::bench {

double quantile(std::vector<double> values, double part) {
  if (values.empty()) throw std::logic_error("nothing was measured");
  std::sort(values.begin(), values.end());
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
  return values[std::max<std::size_t>(rank, 1) - 1];
}

std::string percentiles(const std::vector<double>& values, const std::string& unit) {
  std::string text;
  for (const auto& [name, part] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"max", 1.0}}) {
    char number[32];
    std::snprintf(number, sizeof number, "%.2f", quantile(values, part));
    text += (text.empty() ? "" : ", ") + std::string(name) + " " + number + " " + unit;
  }
  return text;
}

void print_histogram(const std::vector<double>& values, double step, const std::string& unit) {
  std::map<int, int> counts;
  for (const double value : values) ++counts[static_cast<int>(std::floor(value / step))];
  for (const auto& [slot, count] : counts) {
    std::printf("  %6.1f-%-6.1f %s %4d %s\n", slot * step, (slot + 1) * step, unit.c_str(), count,
                std::string(static_cast<std::size_t>(count), '#').c_str());
  }
}

const char* reached(bool good) noexcept { return good ? "reached" : "NOT reached"; }

}  // namespace ztix::bench
