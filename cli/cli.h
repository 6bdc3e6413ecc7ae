#pragma once

/// @file cli/cli.h
/// `ztix`: the administrator's command line.

namespace ztix::cli {

/// Parses, runs one command, maps what happened to an exit code: 0, 1 failed, 2 usage, 75 try later, 78 configuration.
int run(int argc, const char* const* argv);

}  // namespace ztix::cli
