#pragma once

/// @file route-server/helper/verbs.h
/// The verbs, each run under the lock after the fence was looked at. What they take and answer is in README.md beside
/// this folder.

#include "route-server/helper/call.h"

namespace ztix::helper {

// look.cpp
ExitCode probe(Call& call);
ExitCode nexthops(Call& call);
ExitCode status(Call& call);

// stored.cpp
ExitCode have(Call& call);
ExitCode get(Call& call);
ExitCode put(Call& call);
ExitCode gc(Call& call);

// trial.cpp, verdict.cpp
ExitCode check(Call& call);
ExitCode arm(Call& call);
ExitCode confirm(Call& call);
ExitCode undo(Call& call);
ExitCode persist(Call& call);

// sessions.cpp
ExitCode disable(Call& call);
ExitCode enable(Call& call);

/// `refused usage arguments` unless there are so many.
ExitCode want_arguments(Call& call, std::size_t count);
/// At least one.
ExitCode want_some_arguments(Call& call);
/// `refused usage protocol` unless these are names of protocols.
ExitCode want_protocols(Call& call, const std::vector<std::string>& names);
/// `refused usage digest` unless all arguments are digests.
ExitCode want_digests(Call& call);

}  // namespace ztix::helper
