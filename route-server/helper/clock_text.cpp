#include "route-server/helper/clock_text.h"

#include <array>
#include <cstdio>

namespace ztix::helper {
namespace {

std::string date_and_time(const timespec& time) {
  std::tm parts{};
  ::gmtime_r(&time.tv_sec, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts)};
}

}  // namespace

std::string time_in_seconds(const timespec& time) { return date_and_time(time) + "Z"; }

std::string exact_time(const timespec& time) {
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09ldZ", static_cast<long>(time.tv_nsec));
  return date_and_time(time) + fraction.data();
}

}  // namespace ztix::helper
