#pragma once

/// @file core/domain/drift.h
/// Ways in which the world can differ from what the exchange has put there. Spelt exactly as stored and shown.

#include <array>
#include <cstdint>
#include <string_view>

namespace ztix::domain {

/// What differs. On a route server's host:
/// - `bird_down`                 BIRD does not answer
/// - `running_differs`           BIRD runs another configuration than the confirmed one
/// - `boot_differs`              BIRD would boot another configuration than the confirmed one
/// - `files_damaged`             files that BIRD runs or would boot were edited or deleted
/// - `armed_by_hand`             a timed configuration runs that no job has armed
/// - `configured_by_hand`        somebody ran `configure` while ours was armed, or between two looks
/// - `session_disabled`          somebody switched a session off that shall be up
/// - `session_enabled`           somebody switched a session on that shall be down
/// - `drop_in_missing`           BIRD's systemd drop-in, which takes its rights away, is gone
///
/// At the controller:
/// - `network_settings`          the network is not set as the exchange wants it
/// - `member_authorized`         a member that is suspended or gone is authorised
/// - `member_deauthorized`       a member that shall be there is not authorised
/// - `member_addresses`          a member has other addresses than its own
/// - `infrastructure_node`       a route server's or collector's node is not as recorded
/// - `stray_node`                a node that nobody has approved is authorised
enum class DriftKind : std::uint8_t {
  bird_down,
  running_differs,
  boot_differs,
  files_damaged,
  armed_by_hand,
  configured_by_hand,
  session_disabled,
  session_enabled,
  drop_in_missing,
  network_settings,
  member_authorized,
  member_deauthorized,
  member_addresses,
  infrastructure_node,
  stray_node,
};

inline constexpr std::array kDriftKinds{
    DriftKind::bird_down,        DriftKind::running_differs,     DriftKind::boot_differs,
    DriftKind::files_damaged,    DriftKind::armed_by_hand,       DriftKind::configured_by_hand,
    DriftKind::session_disabled, DriftKind::session_enabled,     DriftKind::drop_in_missing,
    DriftKind::network_settings, DriftKind::member_authorized,   DriftKind::member_deauthorized,
    DriftKind::member_addresses, DriftKind::infrastructure_node, DriftKind::stray_node};

[[nodiscard]] constexpr std::string_view to_string(DriftKind kind) noexcept {
  constexpr std::array<std::string_view, kDriftKinds.size()> kNames{
      "bird_down",          "running_differs",     "boot_differs",     "files_damaged",       "armed_by_hand",
      "configured_by_hand", "session_disabled",    "session_enabled",  "drop_in_missing",     "network_settings",
      "member_authorized",  "member_deauthorized", "member_addresses", "infrastructure_node", "stray_node"};
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace ztix::domain
