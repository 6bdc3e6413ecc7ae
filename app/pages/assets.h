#pragma once

/// @file app/pages/assets.h
/// Style and scripts, built into the program and named by their content.

#include <string>
#include <string_view>

namespace ztix::app {

struct Asset {
  std::string name;
  std::string digest;  ///< the first 16 hex digits of its SHA-256
  std::string_view content_type;
  std::string_view text;
  [[nodiscard]] std::string url() const { return "/static/" + digest + "/" + name; }
};

/// nullptr when there is none of that name with that digest.
[[nodiscard]] const Asset* find_asset(std::string_view digest, std::string_view name);
/// @throws std::logic_error when there is none of that name.
[[nodiscard]] const Asset& asset_named(std::string_view name);

}  // namespace ztix::app
