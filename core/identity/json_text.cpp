#include "core/identity/json_text.h"

#include <nlohmann/json.hpp>

namespace ztix::identity {

std::string json_text(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace ztix::identity
