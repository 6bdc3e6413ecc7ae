#pragma once

/// @file core/config/env_example.h

#include <string>

namespace ztix::config {

/// The text of `.env.example`, made from the declarations.
[[nodiscard]] std::string env_example();

}  // namespace ztix::config
