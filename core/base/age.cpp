#include "core/base/age.h"

namespace ztix {

std::string age_in_words(std::chrono::seconds age) {
  const auto words = [](std::int64_t count, const char* unit) {
    return std::to_string(count) + " " + unit + (count == 1 ? "" : "s");
  };
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(age).count();
  if (minutes < 1) return "less than a minute";
  if (minutes < 60) return words(minutes, "minute");
  if (minutes < std::int64_t{24} * 60) return words(minutes / 60, "hour");
  return words(minutes / (std::int64_t{24} * 60), "day");
}

}  // namespace ztix
