#pragma once

/// @file core/identity/json_text.h

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace ztix::identity {

/// The text of that name in a JSON object; empty when there is none, or something else.
[[nodiscard]] std::string json_text(const nlohmann::json& object, const char* name);

}  // namespace ztix::identity
