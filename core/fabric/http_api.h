#pragma once

/// @file core/fabric/http_api.h
/// Sending JSON to a controller and reading its statuses; shared by both kinds.

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "core/http/http_fetcher.h"

namespace ztix::fabric {

/// Where a controller is and what opens it.
struct Endpoint {
  std::string base_url;      ///< without a slash at the end
  http::SecretHeader token;  ///< as it is sent
  std::string token_remedy;  ///< what to do when it is refused
  std::chrono::milliseconds timeout{15'000};
};

/// One controller over HTTP. Thread safe as the fetcher is.
class HttpApi {
 public:
  HttpApi(http::HttpFetcher& fetcher, Endpoint endpoint) : fetcher_(fetcher), endpoint_(std::move(endpoint)) {}

  /// @return the body of a 200, nullopt for a 404 (which a controller says of an unknown record *and* of a path it
  ///   does not have), or
  ///   - unauthenticated  401, with the remedy;
  ///   - forbidden        403;
  ///   - rate_limited     429;
  ///   - invalid_argument other 4xx, and a 500 whose text speaks of JSON: asking again gives the same;
  ///   - unavailable      503; upstream any other status; and what HttpFetcher says.
  Result<std::optional<std::string>> get(const std::string& path);
  Result<std::optional<std::string>> post(const std::string& path, const nlohmann::json& body);

 private:
  Result<std::optional<std::string>> send(http::Request request);
  [[nodiscard]] Error error_of(const http::Reply& reply) const;

  http::HttpFetcher& fetcher_;
  Endpoint endpoint_;
};

}  // namespace ztix::fabric
