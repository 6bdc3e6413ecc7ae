#pragma once

/// @file route-server/helper/kept_down.h
/// The sessions that must stay down, and the note of what is on trial.
///
/// Every configure and every undo starts sessions that were switched off meanwhile (measured on 2.0.12). Two lists say
/// what stays down: line 2 of `armed`, given with the arm, and `held`, what `disable` took and no `enable` gave back.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "route-server/helper/bird_talk.h"
#include "route-server/helper/call.h"
#include "route-server/helper/roots.h"

namespace ztix::helper {

[[nodiscard]] std::vector<std::string> kept_down(const StateFolder& folder);
/// `disable` for each of them.
[[nodiscard]] std::vector<std::string> switch_off_kept(const StateFolder& folder);
/// @param verb  `disable` or `enable`. Names are quoted, hence always a pattern and never the keyword `all`.
[[nodiscard]] std::vector<std::string> switch_commands(std::string_view verb, const std::vector<std::string>& names);
/// Says which sessions were switched; a session that BIRD does not have is down already: `absent`.
void say_switched(Call& call, const BirdReplies& replies);

[[nodiscard]] std::vector<std::string> held(const StateFolder& folder);
[[nodiscard]] bool write_held(const StateFolder& folder, const std::vector<std::string>& names);

/// Notes that this root is about to be armed: `ROOT DIGEST` and a line of names. In place, for nothing is noted now: a
/// writer that dies leaves no note, and has not armed.
[[nodiscard]] bool note_armed(const StateFolder& folder, const NamedRoot& root, const std::vector<std::string>& names);
[[nodiscard]] std::optional<NamedRoot> noted_armed(const StateFolder& folder);
/// An empty note is none; emptying it works on a full disk.
void forget_armed(const StateFolder& folder);

/// Waits until BIRD has finished a reconfiguration, at most so many looks with 50 ms before each, then switches off
/// again what it started. `status` is what was seen last: it is still `changing` when that took too long.
ExitCode settle(Call& call, int looks, BirdStatus& status);

/// Gives a `configure …` that changes what runs, switches off what it starts, and waits until that is done, as
/// settle(). `refused_by_bird`, with what it said, unless the answer has `wanted` and says that it was carried out or
/// goes on.
ExitCode reconfigure(Call& call, const std::string& command, int wanted, int looks, BirdStatus& status);

/// If BIRD's own timer undid (or BIRD was restarted), whoever looks first makes good what that started, and says
/// `rolled_back ROOT`. `was_so` is true then.
ExitCode after_rollback(Call& call, const BirdStatus& status, bool& was_so);
ExitCode after_rollback(Call& call, const BirdStatus& status);

}  // namespace ztix::helper
