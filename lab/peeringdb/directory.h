#pragma once

/// @file lab/peeringdb/directory.h
/// The people and networks of this PeeringDB, from a JSON file:
///
///     {"users": [{"id": 7, "given_name": "Ada", "family_name": "Example", "email": "ada@example.net",
///                 "verified_user": true, "verified_email": true, "amr": ["pwd"],
///                 "networks": [{"id": 70, "perms": 15}]}],
///      "net": [{"id": 70, "name": "Example Network", "asn": 64496}]}
///
/// What the API shows are these entries of `net` with whatever other fields they have, and the further lists
/// `netixlan`, `poc` and `api_keys` (api.h); they are kept as they are.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/base/guarded.h"

namespace ztix::lab::peeringdb {

class Directory {
 public:
  /// @throws std::exception when the file cannot be read or is no such document.
  explicit Directory(const std::filesystem::path& file);

  /// The whole document, for whoever shows other parts of it.
  [[nodiscard]] nlohmann::json document() const;
  /// Replaces everything. @throws std::invalid_argument
  void replace(nlohmann::json document);

  [[nodiscard]] std::vector<nlohmann::json> users() const;
  [[nodiscard]] std::optional<nlohmann::json> user(int id) const;
  /// As the profile shows them: id, name, asn, perms. Entries without a network in `net` are left out.
  [[nodiscard]] nlohmann::json networks_of(const nlohmann::json& user) const;

 private:
  Guarded<nlohmann::json> document_;
};

}  // namespace ztix::lab::peeringdb
