#include "bench/support/run.h"

#include <exception>
#include <filesystem>
#include <iostream>
#include <optional>
#include <string_view>

#include "core/base/text.h"

namespace ztix::bench {
namespace {

constexpr int kWrongWords = 64;  // EX_USAGE of sysexits.h
constexpr int kBroken = 70;      // EX_SOFTWARE

std::optional<int> chosen(int argc, char** argv, const Choice& choice) {
  if (argc == 1) return choice.value;
  if (argc != 3 || std::string_view(argv[1]) != choice.option) return std::nullopt;
  const auto number = parse_decimal<int>(argv[2]);
  return number && *number >= choice.least ? number : std::nullopt;
}

}  // namespace

int run(int argc, char** argv, const Choice& choice, const std::function<int(int)>& measure) {
  const auto name = std::filesystem::path(argv[0]).filename().string();
  const auto number = chosen(argc, argv, choice);
  if (!number) {
    std::cerr << "usage: " << name << " [" << choice.option << " N]   (N >= " << choice.least << ")\n";
    return kWrongWords;
  }
  try {
    return measure(*number);
  } catch (const std::exception& problem) {
    std::cerr << name << ": " << problem.what() << "\n";
    return kBroken;
  }
}

}  // namespace ztix::bench
