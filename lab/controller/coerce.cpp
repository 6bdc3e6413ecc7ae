#include "lab/controller/coerce.h"

#include <cstdlib>

#include <nlohmann/json.hpp>

namespace ztix::lab::controller {

using nlohmann::json;

std::uint64_t to_integer(const json& value, std::uint64_t fallback) {
  if (value.is_number()) return value.get<std::uint64_t>();
  if (value.is_string()) return std::strtoull(value.get_ref<const std::string&>().c_str(), nullptr, 10);
  if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
  return fallback;
}

bool to_boolean(const json& value, bool fallback) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<std::uint64_t>() > 0;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return !text.empty() && (text[0] == 't' || text[0] == 'T' || text[0] == '1');
  }
  return fallback;
}

std::string to_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_boolean()) return value.get<bool>() ? "1" : "0";
  return {};
}

}  // namespace ztix::lab::controller
