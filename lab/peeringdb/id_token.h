#pragma once

/// @file lab/peeringdb/id_token.h
/// ID tokens, right ones and wrong ones.

#include <string>

#include <nlohmann/json.hpp>

#include "lab/peeringdb/signing_key.h"

namespace ztix::lab::peeringdb {

struct IdTokenFacts {
  std::string issuer;
  std::string client_id;
  std::string nonce;  ///< empty = the client sent none
  std::string access_token;
  int user = 0;
};

/// A signed JWT (RFC 7519), or one with the fault of FaultPlan::id_token.
[[nodiscard]] std::string make_id_token(const SigningKey& key, const IdTokenFacts& facts, const std::string& fault);

}  // namespace ztix::lab::peeringdb
