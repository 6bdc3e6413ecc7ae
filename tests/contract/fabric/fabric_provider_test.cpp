/// @file tests/contract/fabric/fabric_provider_test.cpp
/// The contract of FabricProvider, for the fake, both adapters and, when there is one, a real controller.

#include "core/fabric/central.h"
#include "core/fabric/self_hosted_controller.h"
#include "core/http/curl_http_fetcher.h"
#include "lab/controller/simulator.h"
#include "tests/contract/fabric/central_simulator.h"
#include "tests/contract/fabric/fabric_provider_contract.h"
#include "tests/contract/fabric/real_controller.h"
#include "tests/contract/fabric/temporary_folder.h"
#include "tests/support/fake_fabric_provider.h"

namespace ztix::test {

namespace {

/// A port nobody listens on: reserved for echo, never bound here.
constexpr const char* kNobody = "http://127.0.0.1:7";

fabric::Verification at_once() {
  return {4, std::chrono::milliseconds(0), [](std::chrono::milliseconds) {}};
}

struct FakeWorld {
  static constexpr bool kLosesWrites = true;
  static constexpr bool kChoosesIds = false;
  static bool is_available() { return true; }

  service::FabricProvider& fabric() { return ask(true, true); }
  service::FabricProvider& with_wrong_token() { return ask(true, false); }
  service::FabricProvider& unreachable() { return ask(false, true); }
  std::string controller_address() const { return "1234567890"; }
  void add_network(const domain::ZtNetworkId& id) { fake.add_network({id, "not as wanted", {}}); }
  void lose_writes(unsigned count) { fake.lost_writes = count; }

  FakeFabricProvider fake;

 private:
  /// One fake plays all three, one call after the other.
  service::FabricProvider& ask(bool reachable, bool token_is_good) {
    fake.reachable = reachable;
    fake.token_is_good = token_is_good;
    return fake;
  }
};

/// Three self-hosted adapters for the controller on `base_url`.
struct SelfHostedTrio {
  SelfHostedTrio(const std::string& base_url, const std::string& token, const fabric::Verification& verification)
      : fetcher({{base_url, kNobody}, {}}),
        good(fetcher, {base_url, SecretString(token), std::chrono::seconds(15), verification}),
        wrong(fetcher, {base_url, SecretString("wrong"), std::chrono::seconds(15), verification}),
        silent(fetcher, {kNobody, SecretString(token), std::chrono::seconds(15), verification}) {}

  http::CurlHttpFetcher fetcher;
  fabric::SelfHostedController good;
  fabric::SelfHostedController wrong;
  fabric::SelfHostedController silent;
};

std::string local_url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

struct SimulatorWorld {
  static constexpr bool kLosesWrites = true;
  static constexpr bool kChoosesIds = false;
  static bool is_available() { return true; }

  SimulatorWorld() : simulator(options()), trio(local_url(simulator.port()), simulator.home().auth_token, at_once()) {}

  service::FabricProvider& fabric() { return trio.good; }
  service::FabricProvider& with_wrong_token() { return trio.wrong; }
  service::FabricProvider& unreachable() { return trio.silent; }
  std::string controller_address() const { return simulator.home().address; }
  void add_network(const domain::ZtNetworkId& id) {
    CHECK(trio.good.ensure_network({id, "not as wanted", {}}, true, kYes).has_value());
  }
  void lose_writes(unsigned count) {
    lab::controller::FaultPlan plan;
    plan.lose_writes = count;
    simulator.faults().set(plan);
  }

  TemporaryFolder home;
  lab::controller::Simulator simulator;
  SelfHostedTrio trio;

 private:
  [[nodiscard]] lab::controller::SimulatorOptions options() const {
    lab::controller::SimulatorOptions result;
    result.home = home.path();
    return result;
  }
};

struct CentralWorld {
  static constexpr bool kLosesWrites = true;
  static constexpr bool kChoosesIds = true;
  static bool is_available() { return true; }

  CentralWorld()
      : fetcher({{central.base_url().substr(0, central.base_url().find("/api")), kNobody}, {}}),
        good(fetcher, options(central.base_url(), "right")),
        wrong(fetcher, options(central.base_url(), "wrong")),
        silent(fetcher, options(std::string(kNobody) + "/api/v1", "right")) {}

  service::FabricProvider& fabric() { return good; }
  service::FabricProvider& with_wrong_token() { return wrong; }
  service::FabricProvider& unreachable() { return silent; }
  std::string controller_address() const { return "8056c2e21c"; }
  void add_network(const domain::ZtNetworkId& id) { central.add_network(id.text()); }
  void lose_writes(unsigned count) { central.lost_writes = count; }

  CentralSimulator central{"right"};
  http::CurlHttpFetcher fetcher;
  fabric::Central good;
  fabric::Central wrong;
  fabric::Central silent;

 private:
  static fabric::CentralOptions options(const std::string& url, const char* token) {
    fabric::CentralOptions result;
    result.base_url = url;
    result.token = SecretString(token);
    result.verification = at_once();
    return result;
  }
};

/// Verified as in production: nothing a real controller does is waited for by chance.
struct RealWorld {
  static constexpr bool kLosesWrites = false;
  static constexpr bool kChoosesIds = false;
  static bool is_available() { return RealController::is_wanted(); }

  RealWorld() : trio(local_url(real.port()), real.token(), {}) {}

  service::FabricProvider& fabric() { return trio.good; }
  service::FabricProvider& with_wrong_token() { return trio.wrong; }
  service::FabricProvider& unreachable() { return trio.silent; }
  std::string controller_address() const { return real.address(); }
  void add_network(const domain::ZtNetworkId& id) {
    CHECK(trio.good.ensure_network({id, "not as wanted", {}}, true, kYes).has_value());
  }
  void lose_writes(unsigned) {}

  RealController real{"{}"};
  SelfHostedTrio trio;
};

}  // namespace

ZTIX_FABRIC_PROVIDER_CONTRACT(FakeWorld);
ZTIX_FABRIC_PROVIDER_CONTRACT(SimulatorWorld);
ZTIX_FABRIC_PROVIDER_CONTRACT(CentralWorld);
ZTIX_FABRIC_PROVIDER_CONTRACT(RealWorld);

}  // namespace ztix::test
