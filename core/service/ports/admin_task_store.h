#pragma once

/// @file core/service/ports/admin_task_store.h
/// What only a person can decide. A task reminds; nothing happens by itself.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/domain/asn.h"
#include "core/service/ports/actor.h"

namespace ztix::service {

enum class AdminTaskKind : std::uint8_t {
  affiliation_lost,  ///< somebody who spoke for a member no longer does, by PeeringDB
};

inline constexpr std::array kAdminTaskKinds{AdminTaskKind::affiliation_lost};
/// Exactly the stored spelling.
[[nodiscard]] constexpr std::string_view to_string(AdminTaskKind /*the only one*/) noexcept {
  return "affiliation_lost";
}

struct AdminTask {
  std::int64_t id = 0;
  AdminTaskKind kind = AdminTaskKind::affiliation_lost;
  domain::Asn asn;
  std::string username;
  /// How many other people may act for the number.
  int others = 0;
  Timestamp created_at{};
  std::optional<Timestamp> done_at;
  std::string done_by;
};

class AdminTaskStore {
 public:
  virtual ~AdminTaskStore() = default;
  /// Newest first.
  virtual Result<std::vector<AdminTask>> tasks(bool only_open, int limit) = 0;
  /// `not_found` for what is not open.
  virtual Status finish(std::int64_t id, const Actor& actor) = 0;
};

}  // namespace ztix::service
