#pragma once

/// @file core/fabric/central.h
/// ZeroTier Central, the hosted controller. Written from its published API description and proven against a small
/// simulator only: nothing of it was recorded.

#include <string>

#include "core/base/secret_string.h"
#include "core/fabric/verified_fabric.h"
#include "core/http/http_fetcher.h"

namespace ztix::fabric {

struct CentralOptions {
  std::string base_url = "https://api.zerotier.com/api/v1";
  SecretString token;
  /// `token` is documented; newer service accounts are said to want `Bearer`.
  std::string scheme = "token";
  std::chrono::milliseconds timeout{15'000};
  Verification verification;
};

/// Differences to the self-hosted controller that matter: every field sits below `config`, members come as one array,
/// networks cannot be given an id, so ensure_network(create) is `invalid_argument` for an unknown one.
class Central final : public VerifiedFabric {
 public:
  /// @param fetcher outlives this; its origins include that of `base_url`.
  Central(http::HttpFetcher& fetcher, CentralOptions options);
};

}  // namespace ztix::fabric
