#pragma once

/// @file route-server/helper/journal.h
/// Who changed what on this host, one line each.

#include "route-server/helper/call.h"

namespace ztix::helper {

/// Adds a line when the call's verb is one that changes something. The journal never decides: undo must work on a full
/// disk.
void note_in_journal(const Call& call, ExitCode code);

}  // namespace ztix::helper
