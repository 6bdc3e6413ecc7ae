#pragma once

/// @file core/remote/host_key.h

#include <string>

namespace ztix::remote {

/// `SHA256:…` as `ssh-keygen -lf` prints it, for a person to compare; empty when `host_key` (`ssh-ed25519 AAAA…`) is
/// not a key.
[[nodiscard]] std::string fingerprint(const std::string& host_key);

}  // namespace ztix::remote
