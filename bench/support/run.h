#pragma once

/// @file bench/support/run.h
/// What a benchmark with one number to choose does with its command line.

#include <functional>
#include <string>

namespace ztix::bench {

/// The number of a benchmark that may be chosen.
struct Choice {
  std::string option;  ///< `--rounds`
  int value = 1;       ///< when nothing is said
  int least = 1;
};

/// Runs the benchmark. @return for main(): what `measure` returns, 64 for wrong words, 70 when it threw.
int run(int argc, char** argv, const Choice& choice, const std::function<int(int)>& measure);

}  // namespace ztix::bench
