#pragma once

/// @file route-server/helper/serve.h
/// Many calls of one helper.

#include "route-server/helper/input.h"

namespace ztix::helper {

/// The calls come on the input, one a line and `put` with its frames behind, which end with a size of 0. Each is run as
/// if it had come alone and answered with `EXIT-CODE SIZE`, a newline and so many bytes. What this saves is the login's
/// shell and the start of a program for each call. It ends with its input; after frames that may not have been read to
/// their end; and when another version was installed: `- 0` says that a call was not begun. An empty line asks whether
/// anybody is there.
/// @return the exit code of the process.
int serve(Input& input);

}  // namespace ztix::helper
