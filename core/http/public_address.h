#pragma once

/// @file core/http/public_address.h
/// Whether an address belongs to the Internet at large.

#include <string>

struct sockaddr;

namespace ztix::http {

/// False for this machine, private and shared networks, link-local, multicast and unspecified addresses, also when they
/// are wrapped in IPv6 (RFC 6890), and for what is no IP address.
[[nodiscard]] bool is_public_address(const sockaddr& address) noexcept;

/// True if the URL's host is an address and no name; `localhost` counts as one.
[[nodiscard]] bool names_an_address(const std::string& url);

}  // namespace ztix::http
