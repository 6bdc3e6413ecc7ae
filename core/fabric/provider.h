#pragma once

/// @file core/fabric/provider.h
/// The one place that knows which adapter belongs to which choice.

#include <memory>
#include <string>

#include "core/base/secret_string.h"
#include "core/http/http_fetcher.h"
#include "core/service/ports/fabric_provider.h"

namespace ztix::fabric {

struct ProviderChoice {
  bool is_central = false;  ///< else a controller of one's own
  std::string base_url;     ///< checked when the settings were read
  SecretString token;
};

/// A provider with an HTTP client of its own, which speaks to that controller and to nobody else.
struct Provider {
  std::unique_ptr<http::HttpFetcher> fetcher;  ///< first, since the fabric uses it to its end
  std::unique_ptr<service::FabricProvider> fabric;
};

/// @throws std::logic_error when base_url is no URL.
[[nodiscard]] Provider make_provider(ProviderChoice choice);

}  // namespace ztix::fabric
