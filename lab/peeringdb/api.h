#pragma once

/// @file lab/peeringdb/api.h
/// The data half of PeeringDB: `net`, `netixlan` and `poc`, from the lists of these names in the directory.
///
/// Strict where the real one is: the published limits with 429 and Retry-After, a key that is not known is refused,
/// contacts that are for users are shown only to those with a key, no more than 150 values in one filter, only records
/// that are `ok`. Known keys are the list `api_keys` of the directory. Not imitated: other objects, depths, pages, and
/// filters but `=` and `__in` on `id`, `asn` and `net_id`.
///
///     GET /admin/queries    what was asked: path, query, user_agent, has_key

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/guarded.h"
#include "lab/peeringdb/directory.h"
#include "lab/peeringdb/http.h"
#include "lab/peeringdb/query_limits.h"

namespace ztix::lab::peeringdb {

class Api {
 public:
  explicit Api(const Directory& directory) : directory_(directory) {}

  /// They are broken by the names `net`, `netixlan` and `poc`.
  void add_routes(Router& router);

 private:
  Reply list(const std::string& object, const Call& call);
  [[nodiscard]] std::vector<nlohmann::json> records(const std::string& object, bool has_key) const;

  const Directory& directory_;
  QueryLimits limits_;
  Guarded<nlohmann::json> queries_{nlohmann::json::array()};
};

}  // namespace ztix::lab::peeringdb
