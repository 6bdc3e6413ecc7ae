#include "lab/controller/simulator.h"

#include <optional>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/base/text.h"
#include "lab/controller/api.h"
#include "lab/controller/coerce.h"
#include "lab/controller/hook_runner.h"
#include "lab/controller/http_server.h"

namespace ztix::lab::controller {

namespace {

Reply with_faults(Faults& faults, Api& api, const Call& call) {
  std::this_thread::sleep_for(faults.current().delay);
  if (faults.take_failure()) {
    const FaultPlan plan = faults.current();
    return {plan.fail_status, plan.fail_body, plan.fail_body.empty() ? "" : "application/json"};
  }
  Reply reply = api.answer(call);
  if (faults.take_dropped_reply()) reply.status = kCutConnection;
  return reply;
}

FaultPlan plan_from(const nlohmann::json& wanted) {
  FaultPlan plan;
  const auto number = [&wanted](const char* name) {
    return wanted.contains(name) ? static_cast<unsigned>(to_integer(wanted[name], 0)) : 0U;
  };
  plan.lose_writes = number("lose_writes");
  plan.fail_requests = number("fail_requests");
  if (wanted.contains("fail_status")) plan.fail_status = static_cast<int>(number("fail_status"));
  if (wanted.contains("fail_body")) plan.fail_body = to_text(wanted["fail_body"]);
  plan.drop_replies = number("drop_replies");
  plan.delay = std::chrono::milliseconds(number("delay_ms"));
  return plan;
}

}  // namespace

struct Simulator::Impl {
  explicit Impl(const SimulatorOptions& options)
      : home(Home::open(options.home, options.address)),
        store(home.folder / "controller.d"),
        api(home, store, faults, options.online) {
    if (!options.hook.empty()) {
      hook.emplace(options.hook);
      store.on_member_change([this](NetworkId network, NodeId node, const nlohmann::json* member) {
        hook->submit(network, node, member);
      });
      store.announce_all();
    }
    server.emplace(options.listen_address, options.port,
                   [this](const Call& call) { return with_faults(faults, api, call); });
    api.set_listening(options.listen_address, server->port());
  }

  Reply control(const Call& call) {
    const auto parts = split(call.path, '/');
    if (call.method == "POST" && call.path == "/faults") {
      const auto wanted = nlohmann::json::parse(call.body, nullptr, false);
      if (!wanted.is_object()) return {400, {}, {}};
      faults.set(plan_from(wanted));
      return {200, "{}", "application/json"};
    }
    if (call.method == "POST" && parts.size() == 4 && parts[1] == "node-asks" && is_lower_hex(parts[2]) &&
        is_lower_hex(parts[3]) && parts[2].size() == 16 && parts[3].size() == 10) {
      const bool known = api.node_asks(std::stoull(std::string(parts[2]), nullptr, 16),
                                       std::stoull(std::string(parts[3]), nullptr, 16));
      return {known ? 200 : 404, "{}", "application/json"};
    }
    return {404, {}, {}};
  }

  // Destroyed in reverse: the servers first, so that no request meets a store that is gone.
  Home home;
  Faults faults;
  std::optional<HookRunner> hook;
  StateStore store;
  Api api;
  std::optional<HttpServer> server;
  std::optional<HttpServer> control_server;
};

Simulator::Simulator(const SimulatorOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Simulator::~Simulator() = default;

std::uint16_t Simulator::port() const { return impl_->server->port(); }
const Home& Simulator::home() const { return impl_->home; }
Faults& Simulator::faults() { return impl_->faults; }
bool Simulator::node_asks(NetworkId network, NodeId node) { return impl_->api.node_asks(network, node); }

void Simulator::serve_control(const std::string& address, std::uint16_t port) {
  impl_->control_server.emplace(address, port, [this](const Call& call) { return impl_->control(call); });
}

}  // namespace ztix::lab::controller
