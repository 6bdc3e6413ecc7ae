#pragma once

/// @file cli/password_input.h
/// Passwords come from standard input or a prompt, never from the command line, which everybody on the machine can
/// read.

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::cli {

/// @param from_stdin  true: the first line of standard input. false: asked twice on the terminal without echo.
/// @return invalid_argument when there is no terminal to ask on, nothing was given, or the two differ.
[[nodiscard]] Result<SecretString> read_password(bool from_stdin);

/// A yes or no on the terminal. @return invalid_argument when there is none.
[[nodiscard]] Result<bool> ask_yes_no(const std::string& question);

}  // namespace ztix::cli
