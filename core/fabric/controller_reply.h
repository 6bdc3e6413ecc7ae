#pragma once

/// @file core/fabric/controller_reply.h
/// What a controller says, made ours. All of it is outside text: nothing here trusts a type, a length or a presence.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ip_address.h"
#include "core/net/prefix.h"

namespace ztix::fabric {

/// A member's record as far as it grants anything.
struct MemberFacts {
  std::string id;  ///< as the controller spells it, perhaps not a node id at all
  bool authorized = false;
  bool no_auto_assign = false;
  bool active_bridge = false;
  bool has_tags = false;  ///< tags or capabilities: flow rules may treat the member specially
  bool seen = false;      ///< the node itself has asked at least once
  std::vector<std::string> addresses;
};

/// A network's record as far as the exchange wants anything of it.
struct NetworkFacts {
  std::string id;
  std::string name;
  bool is_private = false;
  bool broadcast = true;
  std::uint64_t mtu = 0;
  std::uint64_t multicast_limit = 0;
  bool assigns_addresses = true;  ///< any assign mode is on
  bool has_pools = true;
  /// Targets as the controller spells them; a route with a gateway has ` via …` appended.
  std::vector<std::string> routes;
};

/// Which shape the reply has: the controller's own (fields at the top) or that of ZeroTier Central (below `config`).
enum class ReplyShape : std::uint8_t { local, central };

/// `upstream` for text that is not such a record.
[[nodiscard]] Result<MemberFacts> parse_member(std::string_view text, ReplyShape shape);
[[nodiscard]] Result<NetworkFacts> parse_network(std::string_view text, ReplyShape shape);

/// A list of full member records: local `{"data": [...]}`, Central `[...]`.
[[nodiscard]] Result<std::vector<MemberFacts>> parse_members(std::string_view text, ReplyShape shape);

/// The ids of the local controller's member list. Versions differ: an object id -> revision, or (1.12.0 and 1.12.1)
/// an array of such objects with one key each.
[[nodiscard]] Result<std::vector<std::string>> parse_member_ids(std::string_view text);

/// `address` of /status.
[[nodiscard]] Result<std::string> parse_status_address(std::string_view text);

/// `databaseReady` of /controller; false if it is absent or not a boolean.
[[nodiscard]] Result<bool> parse_database_ready(std::string_view text);

/// The `description` of a failed request, cut to one line of printable ASCII for messages and logs. The controller
/// does not escape it, so the text need not be JSON.
[[nodiscard]] std::string failure_description(std::string_view text);

}  // namespace ztix::fabric
