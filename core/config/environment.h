#pragma once

/// @file core/config/environment.h

#include <functional>
#include <optional>
#include <string>

namespace ztix::config {

/// The value of an environment variable; nullopt when it is not set. A set but empty one counts as not set: that is
/// how `.env.example` shows what has no default.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// This process's own. Read it before threads start.
[[nodiscard]] Environment process_environment();

}  // namespace ztix::config
