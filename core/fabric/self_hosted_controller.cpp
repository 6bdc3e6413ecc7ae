#include "core/fabric/self_hosted_controller.h"

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "core/fabric/http_api.h"
#include "core/fabric/wanted_json.h"

namespace ztix::fabric {

using service::ReadinessCheck;

namespace {

std::string network_path(const domain::ZtNetworkId& network) { return "/controller/network/" + network.text(); }

Endpoint endpoint_of(const SelfHostedOptions& options) {
  std::string url = options.base_url;
  while (!url.empty() && url.back() == '/') url.pop_back();
  return {std::move(url),
          {"X-ZT1-Auth", SecretString(trim(options.token.expose()))},
          "Compare it with authtoken.secret in the controller's folder (read only when it starts), and make sure that "
          "allowManagementFrom admits this host.",
          options.timeout};
}

/// A record that must be there because it was just written.
Error vanished(const char* what) {
  return fail(ErrorCode::upstream, std::string("The controller does not know the ") + what + " any more.");
}

class LocalApi final : public ControllerApi {
 public:
  LocalApi(http::HttpFetcher& fetcher, Endpoint endpoint) : http_(fetcher, std::move(endpoint)) {}

  std::vector<ReadinessCheck> general_checks() override {
    const auto status = http_.get("/status");
    const bool reached = status || status.error().code == ErrorCode::unauthenticated;
    std::vector<ReadinessCheck> checks{reachable_check(status, reached)};
    checks.push_back(reached ? token_check(status) : unchecked("token"));
    checks.push_back(reached && status ? database_check() : unchecked("database"));
    return checks;
  }

  /// With a restored folder but a new identity the API looks healthy while no node gets anything (drilled).
  Status check_owner(const domain::ZtNetworkId& network) override {
    ZTIX_ASSIGN(const auto body, http_.get("/status"));
    if (!body) return fail(ErrorCode::upstream, "What answers is not a ZeroTier service.");
    ZTIX_ASSIGN(const std::string address, parse_status_address(*body));
    if (address == network.controller_address()) return {};
    return fail(ErrorCode::forbidden, "Network " + network.text() + " belongs to controller " +
                                          network.controller_address() + ", but " + address + " answers.");
  }

  Result<std::optional<NetworkFacts>> network(const domain::ZtNetworkId& network) override {
    ZTIX_ASSIGN(const auto body, http_.get(network_path(network)));
    if (!body) return std::optional<NetworkFacts>();
    ZTIX_ASSIGN(NetworkFacts facts, parse_network(*body, ReplyShape::local));
    return std::optional(std::move(facts));
  }

  Result<NetworkFacts> write_network(const service::WantedNetwork& wanted) override {
    ZTIX_ASSIGN(const auto body, http_.post(network_path(wanted.id), network_settings(wanted)));
    if (!body) return vanished("network");
    return parse_network(*body, ReplyShape::local);
  }

  Result<std::optional<MemberFacts>> member(const domain::ZtNetworkId& network, const domain::NodeId& node) override {
    ZTIX_ASSIGN(const auto body, http_.get(member_path(network_path(network), node)));
    if (!body) return std::optional<MemberFacts>();
    ZTIX_ASSIGN(MemberFacts facts, parse_member(*body, ReplyShape::local));
    return std::optional(std::move(facts));
  }

  Result<MemberFacts> write_member(const domain::ZtNetworkId& network, const domain::NodeId& node,
                                   const WantedMember& wanted) override {
    ZTIX_ASSIGN(const auto body, http_.post(member_path(network_path(network), node), member_settings(wanted)));
    if (!body) return vanished("network");
    return parse_member(*body, ReplyShape::local);
  }

  Result<std::vector<MemberFacts>> members(const domain::ZtNetworkId& network) override {
    ZTIX_ASSIGN(const auto all, http_.get("/unstable" + network_path(network) + "/member"));
    if (all) return parse_members(*all, ReplyShape::local);
    return members_one_by_one(network);
  }

 private:
  static ReadinessCheck unchecked(const char* name) {
    return {name, false, "not checked", "Solve the failure above first."};
  }

  static ReadinessCheck reachable_check(const Result<std::optional<std::string>>& status, bool reached) {
    if (reached) return {"reachable", true, "The controller answers.", {}};
    return {"reachable", false, status.error().message,
            "Check that zerotier-one runs and that ZT_CONTROLLER_BASE_URL names its primary port."};
  }

  static ReadinessCheck token_check(const Result<std::optional<std::string>>& status) {
    if (!status) return {"token", false, status.error().message, "Set ZT_CONTROLLER_AUTH_TOKEN_FILE."};
    return {"token", true, "The token is accepted.", {}};
  }

  ReadinessCheck database_check() {
    const auto body = http_.get("/controller");
    constexpr const char* kRemedy = "Check that this is a controller and look at its log.";
    if (!body) return {"database", false, body.error().message, kRemedy};
    const auto ready = parse_database_ready(body->value_or(""));
    if (!ready) return {"database", false, ready.error().message, kRemedy};
    if (!*ready) return {"database", false, "The controller's database is not ready.", kRemedy};
    return {"database", true, "The controller's database is ready.", {}};
  }

  /// For controllers before 1.14, which have no list of full records.
  Result<std::vector<MemberFacts>> members_one_by_one(const domain::ZtNetworkId& network) {
    ZTIX_ASSIGN(const auto list, http_.get(network_path(network) + "/member"));
    if (!list) return fail(ErrorCode::not_found, "The controller has no network " + network.text() + ".");
    ZTIX_ASSIGN(const auto ids, parse_member_ids(*list));
    std::vector<MemberFacts> members;
    for (const std::string& id : ids) {
      const auto node = domain::NodeId::parse(id);
      if (!node) continue;
      ZTIX_ASSIGN(auto facts, member(network, *node));
      if (facts) members.push_back(std::move(*facts));
    }
    return members;
  }

  HttpApi http_;
};

}  // namespace

SelfHostedController::SelfHostedController(http::HttpFetcher& fetcher, SelfHostedOptions options)
    : VerifiedFabric(std::make_unique<LocalApi>(fetcher, endpoint_of(options)), std::move(options.verification)) {}

}  // namespace ztix::fabric
