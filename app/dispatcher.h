#pragma once

/// @file app/dispatcher.h
/// From a request to its answer: every check that is not a handler's own, in one order for all routes.

#include <chrono>
#include <string>
#include <string_view>

#include "app/call.h"
#include "app/router.h"

namespace ztix::app {

/// Largest body of a request, in bytes.
inline constexpr std::size_t kLargestBody = 65'536;

class Dispatcher {
 public:
  explicit Dispatcher(Services& services);

  /// Never throws: what goes wrong becomes an answer with the request id, and the cause goes to the log.
  HttpResponse handle(const HttpRequest& request);
  /// The same for a request that could not be read (too large, broken): no route is looked up. The connection ends.
  HttpResponse refuse(const HttpRequest& request, const Error& error);

 private:
  Result<HttpResponse> answer(Call& call, const Route& route);
  Status admit(Call& call, const Route& route);
  [[nodiscard]] Status check_rights(const Call& call, const Route& route) const;
  Error refused(const Call& call, const Route& route, const Error& error);
  Status find_login(Call& call, const Route& route);
  Status find_token(Call& call, const Route& route, const SecretString& token);
  HttpResponse not_matched(const HttpRequest& request, const NoMatch& no_match, const std::string& request_id);
  HttpResponse failed(const Call& call, Kind kind, const Error& error);
  void finish(HttpResponse& response, const HttpRequest& request, const Route* route, const std::string& request_id,
              std::chrono::steady_clock::time_point began);

  Services& services_;
  bool https_;
};

}  // namespace ztix::app
