#pragma once

/// @file core/remote/protocol_lines.h
/// The lines of a probe that tell of BIRD's protocols. Pure; private to core/remote.

#include <optional>
#include <string_view>
#include <vector>

#include "core/service/ports/route_server_host.h"

namespace ztix::remote {

/// `key rest of the line`.
struct HelperLine {
  std::string_view key;
  std::string_view rest;
};

/// Cuts the first word off; what follows the one blank is the rest.
[[nodiscard]] HelperLine cut_word(std::string_view text);

/// `NAME TYPE STATE SINCE INFO…`; nullopt when a word is missing.
[[nodiscard]] std::optional<service::ProtocolStatus> parse_protocol(std::string_view rest);

/// `NAME IMPORTED FILTERED EXPORTED PREFERRED LIMITS LAST ERROR…` into the protocol of that name, which came before.
/// The counts are `-` for a session that is not up, LIMITS is `hit` or `-`.
/// @return false for a value that is wrong; true also for a name that is not there.
[[nodiscard]] bool take_session(std::string_view rest, std::vector<service::ProtocolStatus>& protocols);

}  // namespace ztix::remote
