#pragma once

/// @file core/store/membership_row.h
/// A membership locked for a change of what is rendered of it.

#include <optional>

#include "core/domain/config_snapshot.h"
#include "core/store/database.h"

namespace ztix::store {

struct MemberAddresses {
  std::optional<IpAddress> ipv4;
  std::optional<IpAddress> ipv6;
};

/// A membership whose row is locked until the transaction ends.
struct MembershipRow {
  std::int64_t id = 0;
  int network_number = 0;
  domain::Asn asn;
  int router_sequence = 1;
  domain::Desired desired = domain::Desired::present;
  bool ipv4_wanted = false;
  bool session_v4 = true;
  bool session_v6 = true;
  std::string md5_key;
  bool ttl_security = false;
  domain::PrefixLimit limit_v4;
  domain::PrefixLimit limit_v6;
  int version = 1;
  int confirmed_version = 0;  ///< 0 = no route server ever confirmed it
  bool held = false;
  int held_version = 0;
  bool suspended = false;
  Prefix lan_v6;

  /// Is this very version kept back? A newer one is not.
  [[nodiscard]] bool is_held_back() const noexcept { return held && held_version == version; }
};

/// @return not_found. @throws DbFailure
[[nodiscard]] Result<MembershipRow> lock_membership(Transaction& transaction, std::int64_t membership_id);

/// What it has now, reserved, live or cooling off. @throws DbFailure
[[nodiscard]] MemberAddresses addresses_of(Transaction& transaction, const MembershipRow& membership);

}  // namespace ztix::store
