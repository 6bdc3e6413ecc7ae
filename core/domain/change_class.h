#pragma once

/// @file core/domain/change_class.h
/// How far a change of one route server's configuration reaches; decides canary, bake and who must agree.

#include <array>
#include <cstdint>
#include <string_view>

namespace ztix::domain {

/// In the order of their reach, so that the larger of two is the class of both together.
///
/// - `none`        not one byte that BIRD acts on differs
/// - `peers_only`  sessions only come, go, are disabled or enabled again
/// - `filters`     limits, options or filters of memberships that changed; may restart just their own sessions
/// - `shared`      policy, templates, tables, RTR caches: what all members have in common
/// - `restarts`    restarts a session of a membership that did not change
enum class ChangeClass : std::uint8_t { none, peers_only, filters, shared, restarts };

inline constexpr std::array kChangeClasses{ChangeClass::none, ChangeClass::peers_only, ChangeClass::filters,
                                           ChangeClass::shared, ChangeClass::restarts};

[[nodiscard]] std::string_view to_string(ChangeClass change) noexcept;

/// What becomes of one BGP session. `refilter`: stays up, its routes pass the filters once more.
enum class SessionChange : std::uint8_t { none, refilter, restart, added, removed, disabled, enabled };

inline constexpr std::array kSessionChanges{SessionChange::none,   SessionChange::refilter, SessionChange::restart,
                                            SessionChange::added,  SessionChange::removed,  SessionChange::disabled,
                                            SessionChange::enabled};

[[nodiscard]] std::string_view to_string(SessionChange change) noexcept;

/// Things that members share and a change may touch.
enum class SharedPart : std::uint8_t { router_id, rtr, policy, tables, channels, other };

inline constexpr std::array kSharedParts{SharedPart::router_id, SharedPart::rtr,      SharedPart::policy,
                                         SharedPart::tables,    SharedPart::channels, SharedPart::other};

[[nodiscard]] std::string_view to_string(SharedPart part) noexcept;

}  // namespace ztix::domain
