#include "lab/peeringdb/faults.h"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 6> kEndpointWords{"rate_limited", "server_error", "time_out",
                                                         "not_json",     "huge",         "redirect"};
constexpr std::array<std::string_view, 10> kTokenWords{"wrong_nonce", "missing_nonce", "expired",   "bad_signature",
                                                       "alg_none",    "alg_hs256",     "wrong_aud", "wrong_iss",
                                                       "missing_sub", "unknown_kid"};
constexpr std::array<std::string_view, 2> kCallbackWords{"wrong", "missing"};
constexpr std::array<std::string_view, 4> kNetworkWords{"missing", "empty", "malformed", "malformed_item"};

std::string word_of(const std::string& field, const json& value, std::span<const std::string_view> words) {
  const auto word = value.is_string() ? value.get<std::string>() : std::string("?");
  if (!word.empty() && std::find(words.begin(), words.end(), word) == words.end()) {
    throw std::invalid_argument(field + " does not know " + value.dump());
  }
  return word;
}

bool flag_of(const std::string& field, const json& value) {
  if (!value.is_boolean()) throw std::invalid_argument(field + " is true or false");
  return value.get<bool>();
}

}  // namespace

FaultPlan plan_from(const json& wanted) {
  if (!wanted.is_object()) throw std::invalid_argument("the body must be a JSON object");
  FaultPlan plan;
  for (const auto& [field, value] : wanted.items()) {
    if (field == "endpoints") {
      for (const auto& [name, word] : value.items()) plan.endpoints[name] = word_of(name, word, kEndpointWords);
    } else if (field == "id_token") {
      plan.id_token = word_of(field, value, kTokenWords);
    } else if (field == "callback_iss") {
      plan.callback_iss = word_of(field, value, kCallbackWords);
    } else if (field == "networks") {
      plan.networks = word_of(field, value, kNetworkWords);
    } else if (field == "advertise_iss") {
      plan.advertise_iss = flag_of(field, value);
    } else if (field == "unverified_user") {
      plan.unverified_user = flag_of(field, value);
    } else if (field == "unverified_email") {
      plan.unverified_email = flag_of(field, value);
    } else if (field == "other_profile") {
      plan.other_profile = flag_of(field, value);
    } else {
      throw std::invalid_argument("there is no fault " + field);
    }
  }
  return plan;
}

}  // namespace ztix::lab::peeringdb
