#pragma once

/// @file tests/support/raw_http_client.h
/// Sends bytes as they are and reads one HTTP reply: for requests no proper client would send.

#include <cstdint>
#include <map>
#include <string>

namespace ztix::test {

struct RawReply {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case; values of one name on a line each
  std::string body;
};

/// One connection to 127.0.0.1, closed after the reply. The body's end is its Content-Length, or, if that is missing,
/// the end of the connection.
/// @param expects_body false for a reply to HEAD.
/// @throws std::runtime_error if nobody is there or what comes back is no HTTP reply within a minute.
[[nodiscard]] RawReply send_raw(std::uint16_t port, const std::string& request, bool expects_body = true);

/// Everything that comes back until the other side ends the connection: more than one reply, or none.
/// @throws std::runtime_error if nobody is there.
[[nodiscard]] std::string converse_raw(std::uint16_t port, const std::string& bytes);

}  // namespace ztix::test
