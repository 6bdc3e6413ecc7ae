#pragma once

/// @file cli/host_key_input.h
/// Which key a route-server host is known by: read from the host now, and accepted by a person who compares.

#include <string>

#include "cli/context.h"

namespace ztix::cli {

/// The key the host shows, with its fingerprint and how to compare it on standard error.
Result<std::string> scanned_host_key(Context& context, const std::string& host, std::uint16_t port);

/// Asks on the terminal unless `accept`. @return forbidden for a no, invalid_argument without a terminal.
Status accept_host_key(bool accept);

}  // namespace ztix::cli
