#pragma once

/// @file tests/faults/people.h
/// The administrator, and the operator who owns the suite's AS number. Used by one thread.

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "tests/e2e/lab.h"

namespace ztix::faults {

using test::json;

/// The AS number that all requests of the suite are about; every request is another router of it.
inline constexpr std::uint32_t kAsn = 1'200'000;
inline constexpr const char* kOperator = "op1";

class People {
 public:
  explicit People(const test::Lab& lab) : lab_(lab) {}

  /// `data` of a good answer; logs in again when Redis has forgotten the session.
  /// @throws std::runtime_error with the whole answer for another one.
  json as_admin(const std::string& method, const std::string& path, const json& body = json::object());
  json as_operator(const std::string& method, const std::string& path, const json& body = json::object());

  /// A request for a router with a new node id.
  [[nodiscard]] json wish(bool ipv4) const;

 private:
  json ask(const std::string& username, const std::string& method, const std::string& path, const json& body);
  const test::Lab& lab_;
  std::map<std::string, test::Person> people_;
};

/// Ten random digits that no node of the lab has.
[[nodiscard]] std::string new_node_id();

}  // namespace ztix::faults
