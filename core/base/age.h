#pragma once

/// @file core/base/age.h
/// How old something is, for people.

#include <chrono>
#include <string>

namespace ztix {

/// `less than a minute`, `1 minute`, `5 hours`, `3 days`: the largest unit of which there is one, rounded down.
[[nodiscard]] std::string age_in_words(std::chrono::seconds age);

}  // namespace ztix
