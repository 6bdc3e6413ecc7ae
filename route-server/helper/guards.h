#pragma once

/// @file route-server/helper/guards.h
/// The guards that count most, each with a name: the fault suite builds variants of this program that lack one of them
/// and shows that it notices (tests/faults). The program that is installed has them all, and no switch.

namespace ztix::helper::guards {

#ifdef ZTIX_RS_WITHOUT_FENCE
inline constexpr bool kFence = false;
#else
/// A caller with a lower fence than the highest seen is refused.
inline constexpr bool kFence = true;
#endif

#ifdef ZTIX_RS_WITHOUT_BOOT_LATE
inline constexpr bool kBootLate = false;
#else
/// The boot file moves after the confirm only.
inline constexpr bool kBootLate = true;
#endif

#ifdef ZTIX_RS_WITHOUT_UNDO_FIRST
inline constexpr bool kUndoFirst = false;
#else
/// Whoever looks is told that something is armed, and nothing else is armed or persisted before that is undone.
inline constexpr bool kUndoFirst = true;
#endif

}  // namespace ztix::helper::guards
