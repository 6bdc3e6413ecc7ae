#pragma once

/// @file cli/remedies.h
/// What to do about an error, in the words of this command line. The services' messages say what is wrong, and are
/// also read by people who have no command line.

#include "core/base/error.h"

namespace ztix::cli {

/// The error with a fact `remedy`, where one is known and none is there yet.
[[nodiscard]] Error with_remedy(Error error);

}  // namespace ztix::cli
