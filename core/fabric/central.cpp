#include "core/fabric/central.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/fabric/http_api.h"
#include "core/fabric/wanted_json.h"

namespace ztix::fabric {

using nlohmann::json;
using service::ReadinessCheck;

namespace {

constexpr const char* kNetworks = "/network";

std::string network_path(const domain::ZtNetworkId& network) { return std::string(kNetworks) + "/" + network.text(); }

/// Central keeps every setting below `config`.
json below_config(json settings) { return {{"config", std::move(settings)}}; }

Endpoint endpoint_of(const CentralOptions& options) {
  std::string url = options.base_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  return {std::move(url),
          {"Authorization", SecretString(options.scheme + " " + std::string(trim(options.token.expose())))},
          "Make a new API token in ZeroTier Central and set ZT_CENTRAL_API_TOKEN_FILE.",
          options.timeout};
}

Error unknown(const char* what) {
  return fail(ErrorCode::not_found, std::string("ZeroTier Central does not know this ") + what + ".");
}

class CentralApi final : public ControllerApi {
 public:
  CentralApi(http::HttpFetcher& fetcher, Endpoint endpoint) : http_(fetcher, std::move(endpoint)) {}

  std::vector<ReadinessCheck> general_checks() override {
    const auto list = http_.get(kNetworks);
    const bool refused =
        !list && (list.error().code == ErrorCode::unauthenticated || list.error().code == ErrorCode::forbidden);
    std::vector<ReadinessCheck> checks;
    if (list || refused) {
      checks.push_back({"reachable", true, "ZeroTier Central answers.", {}});
    } else {
      checks.push_back({"reachable", false, list.error().message, "Check ZT_CENTRAL_BASE_URL and the way out."});
    }
    if (list) {
      checks.push_back({"token", true, "The token is accepted.", {}});
    } else {
      checks.push_back({"token", false, refused ? list.error().message : "not checked",
                        refused ? "Set ZT_CENTRAL_API_TOKEN_FILE." : "Solve the failure above first."});
    }
    return checks;
  }

  /// Central hosts many controllers; whoever may read a network's record here owns it.
  Status check_owner(const domain::ZtNetworkId&) override { return {}; }

  Result<std::optional<NetworkFacts>> network(const domain::ZtNetworkId& network) override {
    ZTIX_ASSIGN(const auto body, http_.get(network_path(network)));
    if (!body) return std::optional<NetworkFacts>();
    ZTIX_ASSIGN(NetworkFacts facts, parse_network(*body, ReplyShape::central));
    return std::optional(std::move(facts));
  }

  Result<NetworkFacts> write_network(const service::WantedNetwork& wanted) override {
    ZTIX_ASSIGN(const auto existing, network(wanted.id));
    if (!existing) {
      return fail(ErrorCode::invalid_argument,
                  "ZeroTier Central chooses network ids itself. Create the network there and use its id.");
    }
    ZTIX_ASSIGN(const auto body, http_.post(network_path(wanted.id), below_config(network_settings(wanted))));
    if (!body) return unknown("network");
    return parse_network(*body, ReplyShape::central);
  }

  Result<std::optional<MemberFacts>> member(const domain::ZtNetworkId& network, const domain::NodeId& node) override {
    ZTIX_ASSIGN(const auto body, http_.get(member_path(network_path(network), node)));
    if (!body) return std::optional<MemberFacts>();
    ZTIX_ASSIGN(MemberFacts facts, parse_member(*body, ReplyShape::central));
    return std::optional(std::move(facts));
  }

  Result<MemberFacts> write_member(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                   const WantedMember& wanted) override {
    ZTIX_ASSIGN(const auto body,
                http_.post(member_path(network_path(network), node), below_config(member_settings(wanted))));
    if (!body) return unknown("network");
    return parse_member(*body, ReplyShape::central);
  }

  Result<std::vector<MemberFacts>> members(const domain::ZtNetworkId& network) override {
    ZTIX_ASSIGN(const auto body, http_.get(network_path(network) + "/member"));
    if (!body) return unknown("network");
    return parse_members(*body, ReplyShape::central);
  }

 private:
  HttpApi http_;
};

}  // namespace

Central::Central(http::HttpFetcher& fetcher, CentralOptions options)
    : VerifiedFabric(std::make_unique<CentralApi>(fetcher, endpoint_of(options)), std::move(options.verification)) {}

}  // namespace ztix::fabric
