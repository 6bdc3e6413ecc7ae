#pragma once

/// @file tests/contract/fabric/comparison.h
/// Is this the recorded answer? Everything the history of requests determines must be equal.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tests/contract/fabric/recording.h"
#include "tests/support/raw_http_client.h"

namespace ztix::test {

/// Compares replies of one series. Not compared by value, because no history determines them:
/// - clocks: zero where zero was recorded, else between the start of the series and now; what was recorded twice for
///   one record must be the same twice here too;
/// - identities: the address is compared, the key must be 128 hexadecimal digits;
/// - what `undetermined` names.
class Comparison {
 public:
  Comparison();

  /// @param expected_body the recorded body with the ids of the controller under test.
  /// @param undetermined  names of fields of which only presence and type are compared.
  /// @return what differs, in words; empty = agrees.
  [[nodiscard]] std::vector<std::string> differences(const Recording& recording, const std::string& expected_body,
                                                     const RawReply& actual, const std::set<std::string>& undetermined);

 private:
  void compare_heads(const Recording& recording, const RawReply& actual, bool same_length);
  void compare_bodies(const std::string& expected, const std::string& actual);
  void compare_values(const std::string& where, const nlohmann::json& expected, const nlohmann::json& actual);
  void compare_objects(const std::string& where, const nlohmann::json& expected, const nlohmann::json& actual);
  void compare_clock(const std::string& where, const std::string& name, std::uint64_t expected, std::uint64_t actual);
  void compare_identity(const std::string& where, const std::string& expected, const std::string& actual);
  void note(const std::string& text) { differences_.push_back(text); }

  std::uint64_t started_ms_;
  std::string record_;  ///< id of the record that is being compared
  std::set<std::string> undetermined_;
  std::map<std::tuple<std::string, std::string, std::uint64_t>, std::uint64_t> clocks_;
  std::vector<std::string> differences_;
};

}  // namespace ztix::test
