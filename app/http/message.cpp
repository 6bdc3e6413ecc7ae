#include "app/http/message.h"

#include <algorithm>

#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr std::size_t kUsualFields = 16;

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

void Headers::add(std::string_view name, std::string_view value) {
  if (fields_.empty()) fields_.reserve(kUsualFields);
  fields_.emplace_back(name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
  fields_.erase(
      std::remove_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); }),
      fields_.end());
  add(name, value);
}

std::size_t Headers::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); }));
}

std::optional<std::string> Headers::only(std::string_view name) const {
  if (count(name) != 1) return std::nullopt;
  const auto found =
      std::find_if(fields_.begin(), fields_.end(), [&](const auto& field) { return same_name(field.first, name); });
  return found->second;
}

std::string Headers::joined(std::string_view name, std::string_view separator) const {
  std::string all;
  for (const auto& [field, value] : fields_) {
    if (!same_name(field, name)) continue;
    if (!all.empty()) all += separator;
    all += value;
  }
  return all;
}

}  // namespace ztix::app
