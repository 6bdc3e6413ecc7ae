#include "core/fabric/provider.h"

#include <stdexcept>

#include "core/fabric/central.h"
#include "core/fabric/self_hosted_controller.h"
#include "core/http/curl_http_fetcher.h"
#include "core/http/origin.h"

namespace ztix::fabric {
namespace {

template <class Adapter, class Options>
std::unique_ptr<service::FabricProvider> make(http::HttpFetcher& fetcher, ProviderChoice choice) {
  Options options;
  options.base_url = std::move(choice.base_url);
  options.token = std::move(choice.token);
  return std::make_unique<Adapter>(fetcher, std::move(options));
}

}  // namespace

Provider make_provider(ProviderChoice choice) {
  const auto origin = http::origin_of(choice.base_url);
  if (!origin) throw std::logic_error("make_provider: the controller's URL was not checked");
  Provider made;
  made.fetcher = std::make_unique<http::CurlHttpFetcher>(http::CurlOptions{{*origin}, {}});
  made.fabric = choice.is_central ? make<Central, CentralOptions>(*made.fetcher, std::move(choice))
                                  : make<SelfHostedController, SelfHostedOptions>(*made.fetcher, std::move(choice));
  return made;
}

}  // namespace ztix::fabric
