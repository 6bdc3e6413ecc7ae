#pragma once

/// @file core/http/http_fetcher.h
/// One HTTP request to somebody else's server. The real one is CurlHttpFetcher; tests bring their own.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::http {

struct Header {
  std::string name;
  std::string value;
};

/// A header nobody may print: a token.
struct SecretHeader {
  std::string name;
  SecretString value;
};

/// What to send and how long and how much to accept.
struct Request {
  std::string method = "GET";
  std::string url;  ///< absolute; its origin must be one the fetcher was configured with
  std::vector<Header> headers;
  std::vector<SecretHeader> secret_headers;
  std::string body;  ///< sent if not empty, or for POST and PUT
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds timeout{15'000};    ///< for everything, from the connect to the last byte
  std::size_t largest_body = 4U * 1024 * 1024;  ///< bytes of the reply's body, after transfer decoding
};

/// What came back; every status is a reply, not an error.
struct Reply {
  int status = 0;
  std::string content_type;  ///< as sent, empty if none
  std::string body;
  std::chrono::seconds retry_after{0};  ///< `Retry-After`, of seconds or of a date (RFC 9110 §10.2.3); 0 = none
};

class HttpFetcher {
 public:
  virtual ~HttpFetcher() = default;

  /// Sends one request and returns the reply, whatever its status. Redirects are not followed. Thread safe.
  /// @return the reply, or
  ///   - invalid_argument  the URL or a header cannot be sent (not a URL, a line break in a header);
  ///   - forbidden         the URL's origin is not configured;
  ///   - unavailable       nobody there, or the connection broke (the request may have been carried out);
  ///   - timeout           a limit of time passed (the request may have been carried out);
  ///   - upstream          a reply that is not HTTP, too large (reason `too_large`), or a certificate that is not
  ///                       trusted.
  /// Neither message nor detail holds a header or a body.
  virtual Result<Reply> fetch(const Request& request) = 0;
};

}  // namespace ztix::http
