#pragma once

/// @file core/fabric/self_hosted_controller.h
/// The controller built into zerotier-one, run by the exchange itself. Recorded: zerotier-one 1.14.1.

#include <string>

#include "core/base/secret_string.h"
#include "core/fabric/verified_fabric.h"
#include "core/http/http_fetcher.h"

namespace ztix::fabric {

struct SelfHostedOptions {
  std::string base_url;  ///< e.g. `http://127.0.0.1:9993`
  SecretString token;    ///< the text of authtoken.secret; white space around it is trimmed
  /// Above 10 s: the controller has eight threads, and half-sent requests of others delay ours by up to 9.8 s
  /// (measured).
  std::chrono::milliseconds timeout{15'000};
  Verification verification;
};

class SelfHostedController final : public VerifiedFabric {
 public:
  /// @param fetcher outlives this; its origins include that of `base_url`.
  SelfHostedController(http::HttpFetcher& fetcher, SelfHostedOptions options);
};

}  // namespace ztix::fabric
