#include "core/identity/provider_metadata.h"

#include <nlohmann/json.hpp>

#include "core/http/origin.h"
#include "core/identity/json_text.h"

namespace ztix::identity {

std::optional<ProviderMetadata> parse_provider_metadata(std::string_view text, const std::string& base_url) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto names_itself = document.find("authorization_response_iss_parameter_supported");
  ProviderMetadata metadata{json_text(document, "issuer"), json_text(document, "authorization_endpoint"),
                            json_text(document, "token_endpoint"), json_text(document, "jwks_uri"),
                            names_itself != document.end() && *names_itself == true};
  const auto origin = http::origin_of(base_url);
  for (const auto& url :
       {metadata.issuer, metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri}) {
    if (!origin || http::origin_of(url) != origin || url.find_first_of("?#") != std::string::npos) return std::nullopt;
  }
  return metadata;
}

}  // namespace ztix::identity
