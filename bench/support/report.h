#pragma once

/// @file bench/support/report.h
/// Numbers for people.

#include <string>
#include <vector>

namespace ztix::bench {

/// @param part  0.5 for the median. The smallest value that this part of them does not exceed.
/// @throws std::logic_error when there are none.
[[nodiscard]] double quantile(std::vector<double> values, double part);

/// `p50 1.2 ms, p95 …, p99 …, max …`
[[nodiscard]] std::string percentiles(const std::vector<double>& values, const std::string& unit);

/// One line for each `step` that has values, with a bar.
void print_histogram(const std::vector<double>& values, double step, const std::string& unit);

[[nodiscard]] const char* reached(bool good) noexcept;

}  // namespace ztix::bench
