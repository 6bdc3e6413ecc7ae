#pragma once

/// @file lab/peeringdb/page.h
/// What a browser sees: choose a person, consent.

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace ztix::lab::peeringdb {

/// @param asked  the parameters of the authorization request; they come back with the form.
[[nodiscard]] std::string consent_page(const std::map<std::string, std::string>& asked,
                                       const std::vector<nlohmann::json>& users);
[[nodiscard]] std::string problem_page(const std::string& text);

}  // namespace ztix::lab::peeringdb
