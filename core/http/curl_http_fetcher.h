#pragma once

/// @file core/http/curl_http_fetcher.h
/// HttpFetcher over libcurl.

#include <string>
#include <vector>

#include "core/http/http_fetcher.h"

namespace ztix::http {

struct CurlOptions {
  /// `scheme://host[:port]` each, http or https; nothing else is ever contacted.
  std::vector<std::string> origins;
  /// PEM file of trusted certificate authorities instead of the system's; empty = the system's.
  std::string ca_file;
  /// A name that leads to an address of this machine or a private network is not called (`unavailable`): whoever rules
  /// the name could otherwise send us into our own network. An address that is written out in the origin was chosen.
  bool only_public_names = false;
};

/// A new connection for every request, closed after it: a ZeroTier controller answers kept-alive connections 43 ms
/// late and has eight threads that idle connections occupy (measured). No proxy, no cookies, no redirects, no
/// decompression, TLS 1.2 or newer with verification.
class CurlHttpFetcher final : public HttpFetcher {
 public:
  /// @throws std::logic_error if an origin is not one: settings are validated before they get here.
  explicit CurlHttpFetcher(CurlOptions options);

  Result<Reply> fetch(const Request& request) override;

 private:
  CurlOptions options_;
  std::vector<std::string> origins_;  ///< normalised: lower case, with port
};

}  // namespace ztix::http
