#pragma once

/// @file lab/controller/coerce.h
/// How the real controller reads a JSON value of the wrong type: it never refuses, it converts.

#include <cstdint>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::controller {

/// Numbers as they are, digits at the start of a string ("abc" is 0), booleans as 0 or 1, anything else `fallback`.
[[nodiscard]] std::uint64_t to_integer(const nlohmann::json& value, std::uint64_t fallback);

/// A string is true only if it begins with t, T or 1: "yes" is false. Anything but boolean, number, string is
/// `fallback`.
[[nodiscard]] bool to_boolean(const nlohmann::json& value, bool fallback);

/// Strings as they are, numbers in decimal, booleans as "1" or "0", anything else empty.
[[nodiscard]] std::string to_text(const nlohmann::json& value);

}  // namespace ztix::lab::controller
