#pragma once

/// @file lab/controller/rules.h
/// Flow rules, normalised as the real controller stores them.

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::controller {

/// The rules of `wanted` that are known, each with exactly its own fields; unknown ones are dropped in silence.
/// @param wanted a JSON array.
[[nodiscard]] nlohmann::json normalised_rules(const nlohmann::json& wanted);

}  // namespace ztix::lab::controller
