#pragma once

/// @file core/base/crash_point.h
/// Named places at which a test lets the process die, stop or fail, to prove that nothing is lost there.
///
/// Compiled in always, so that what is tested is what is shipped. Armed only by the environment of the process:
///   ZTIX_CRASH_AT      `NAME` or `NAME:N`: the N-th time this point is reached (1 is the first)
///   ZTIX_CRASH_ACTION  `exit` (default; like SIGKILL: no destructor runs), `stop` (SIGSTOP to the whole process; it
///                      goes on after SIGCONT) or `throw` (std::runtime_error, as a bug would)
///   ZTIX_CRASH_REPORT  file that receives the point's name and a line feed before anything happens
/// Without ZTIX_CRASH_AT a point costs one comparison.
///
/// Names are literals, `<step>.<before|after>`: tests/checks/crash_points reads them from the source and fails when the
/// fault suite (tests/faults) has no row for one of them.

#include <string_view>

namespace ztix {

/// @throws std::runtime_error  only when armed with `throw`.
void crash_point(std::string_view name);

}  // namespace ztix
