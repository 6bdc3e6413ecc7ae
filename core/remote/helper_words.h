#pragma once

/// @file core/remote/helper_words.h
/// The words of a call, held to the helper's own patterns before they leave. Private to core/remote.

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/service/ports/route_server_host.h"

namespace ztix::remote {

/// `VERB INSTALLATION FENCE ARGUMENTS job=ID`. @return invalid_argument for a negative fence or a job id that is not
/// 1–64 letters, digits and `-` (empty: none is sent).
[[nodiscard]] Result<std::string> command_words(const std::string& verb, const service::HostCredential& who,
                                                const std::string& arguments);

/// A file digest. @return invalid_argument unless 64 lower-case hex digits.
[[nodiscard]] Result<std::string> digest_word(const std::string& digest);

/// BIRD protocol names, each `[a-z][a-z0-9_]*` of at most 64 characters. @return invalid_argument for another.
[[nodiscard]] Result<std::string> protocol_words(const std::vector<std::string>& names);

}  // namespace ztix::remote
