#include "lab/peeringdb/simulator.h"

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

#include "lab/peeringdb/api.h"

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;

constexpr std::size_t kHuge = 2 * 1024 * 1024;
constexpr std::chrono::seconds kLongestWait{20};
constexpr std::chrono::milliseconds kStep{20};

std::string endpoint_fault(const Faults& faults, const std::string& name) {
  return faults.with([&name](const FaultPlan& plan) {
    const auto found = plan.endpoints.find(name);
    return name.empty() || found == plan.endpoints.end() ? std::string() : found->second;
  });
}

std::optional<Reply> broken(const std::string& fault) {
  if (fault == "rate_limited")
    return Reply{429, R"({"message":"Too many requests"})", "application/json", {{"Retry-After", "60"}}};
  if (fault == "server_error") return Reply{500, "<h1>Server Error</h1>", "text/html"};
  if (fault == "not_json") return Reply{200, "{\"not\": json", "application/json"};
  if (fault == "huge") return Reply{200, "{\"x\":\"" + std::string(kHuge, 'x') + "\"}", "application/json"};
  if (fault == "redirect") return Reply{302, {}, "text/html", {{"Location", "http://127.0.0.2:9/elsewhere"}}};
  return std::nullopt;
}

Reply told(const std::function<void()>& change) {
  try {
    change();
  } catch (const std::exception& error) {
    return json_reply({{"error", error.what()}}, 400);
  }
  return json_reply(json::object());
}

}  // namespace

struct Simulator::Impl {
  explicit Impl(const SimulatorOptions& options)
      : directory(options.directory), oauth(options.client, directory, faults), api(directory) {
    oauth.add_routes(router);
    api.add_routes(router);
    add_admin_routes();
    server.emplace(options.listen_address, options.port, [this](const Call& call) { return answer(call); });
    const auto host = options.public_host.empty() ? options.listen_address : options.public_host;
    oauth.set_base_url("http://" + host + ":" + std::to_string(server->port()));
  }
  ~Impl() { stopping = true; }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Reply answer(const Call& call) {
    const auto* const row = router.find(call);
    if (row == nullptr) return {404, "<h1>Not Found</h1>", "text/html"};
    const auto fault = endpoint_fault(faults, row->fault_name);
    if (fault == "time_out") wait_for_better(row->fault_name);
    const auto reply = broken(fault);
    return reply ? *reply : row->handler(call);
  }

  /// As long as the fault stays, but not for ever: nobody should wait for this program to end.
  void wait_for_better(const std::string& name) const {
    const auto until = std::chrono::steady_clock::now() + kLongestWait;
    while (!stopping && std::chrono::steady_clock::now() < until && endpoint_fault(faults, name) == "time_out") {
      std::this_thread::sleep_for(kStep);
    }
  }

  void add_admin_routes() {
    router.add("POST", "/admin/faults", {}, [this](const Call& call) {
      return told([&] {
        auto plan = plan_from(json::parse(call.body));
        faults.with([&plan](FaultPlan& current) { current = std::move(plan); });
      });
    });
    router.add("POST", "/admin/directory", {},
               [this](const Call& call) { return told([&] { directory.replace(json::parse(call.body)); }); });
    router.add("POST", "/admin/rotate-key", {}, [this](const Call&) { return told([this] { oauth.rotate_key(); }); });
  }

  std::atomic<bool> stopping = false;
  Faults faults;
  Directory directory;
  OAuth oauth;
  Api api;
  Router router;
  // Destroyed first, so that no request meets what is gone.
  std::optional<HttpServer> server;
};

Simulator::Simulator(const SimulatorOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Simulator::~Simulator() = default;

std::uint16_t Simulator::port() const { return impl_->server->port(); }

}  // namespace ztix::lab::peeringdb
