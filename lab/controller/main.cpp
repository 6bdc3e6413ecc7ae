/// The controller simulator as a program; see simulator.h for what it is.

#include <cstring>
#include <exception>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/stop_signals.h"
#include "core/base/text.h"
#include "lab/controller/simulator.h"

namespace {

using ztix::lab::controller::FaultPlan;
using ztix::lab::controller::Simulator;
using ztix::lab::controller::SimulatorOptions;

constexpr int kUsage = 2;

constexpr std::string_view kHelp = R"(Answers like the controller of zerotier-one 1.14.1; no frames are carried.

usage: ztix-controller-simulator --listen ADDRESS:PORT --home DIR [options]

  --listen ADDRESS:PORT   where the API is served; port 0 takes any free one and prints it
  --home DIR              state, identity, authtoken.secret (made when missing)
  --address TENHEX        the controller's address, for a home that has no identity yet
  --hook COMMAND          run `COMMAND NODE authorized|deauthorized ADDRESS...` after each stored change of a member
                          and for every member at start; ZTIX_NETWORK_ID is in its environment
  --online                /status says online
  --control ADDRESS:PORT  POST /faults {"lose_writes","fail_requests","fail_status","fail_body","drop_replies",
                          "delay_ms"} and POST /node-asks/NETWORK/NODE, both without a token; for tests
  --lose-writes N         the first N changing requests are answered 200 and not stored
  --delay-ms N            every request waits N milliseconds
  --fail-status S         the first --fail-requests N (default 1) requests are answered with status S

example: ztix-controller-simulator --listen 127.0.0.1:9993 --home /tmp/controller --hook /usr/local/bin/fabric-port
)";

struct Endpoint {
  std::string address;
  std::uint16_t port = 0;
};

std::optional<Endpoint> endpoint_of(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto port = ztix::parse_decimal<std::uint16_t>(std::string_view(text).substr(colon + 1));
  if (!port) return std::nullopt;
  return Endpoint{text.substr(0, colon), *port};
}

/// Options by name; flags have an empty value. nullopt after a complaint on standard error.
std::optional<std::map<std::string, std::string>> options_of(int argc, char** argv) {
  std::map<std::string, std::string> options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help" || name == "--online") {
      options[name];
      continue;
    }
    if (!name.starts_with("--") || kHelp.find("  " + name + " ") == std::string_view::npos || i + 1 == argc) {
      std::cerr << "unknown or incomplete option: " << name << " (try --help)\n";
      return std::nullopt;
    }
    options[name] = argv[++i];
  }
  return options;
}

FaultPlan plan_of(const std::map<std::string, std::string>& options) {
  FaultPlan plan;
  const auto number = [&options](const char* name, unsigned fallback) {
    const auto found = options.find(name);
    return found == options.end() ? fallback : ztix::parse_decimal<unsigned>(found->second).value_or(fallback);
  };
  plan.lose_writes = number("--lose-writes", 0);
  plan.delay = std::chrono::milliseconds(number("--delay-ms", 0));
  if (options.contains("--fail-status")) {
    plan.fail_status = static_cast<int>(number("--fail-status", 503));
    plan.fail_requests = number("--fail-requests", 1);
  }
  return plan;
}

int run(const std::map<std::string, std::string>& options, const Endpoint& listen) {
  const auto text = [&options](const char* name) {
    const auto found = options.find(name);
    return found == options.end() ? std::string() : found->second;
  };
  const ztix::StopSignals signals;
  Simulator simulator(SimulatorOptions{text("--home"), listen.address, listen.port, text("--address"), text("--hook"),
                                       options.contains("--online")});
  simulator.faults().set(plan_of(options));
  if (const auto control = endpoint_of(text("--control"))) simulator.serve_control(control->address, control->port);
  std::cout << "listening on " << listen.address << ':' << simulator.port() << ", address " << simulator.home().address
            << ", home " << simulator.home().folder.string() << std::endl;
  signals.wait();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_of(argc, argv);
  if (!options) return kUsage;
  if (options->contains("--help")) {
    std::cout << kHelp;
    return 0;
  }
  const auto listen = endpoint_of(options->contains("--listen") ? options->at("--listen") : "");
  if (!listen || !options->contains("--home")) {
    std::cerr << "--listen ADDRESS:PORT and --home DIR are needed (try --help)\n";
    return kUsage;
  }
  try {
    return run(*options, *listen);
  } catch (const std::exception& error) {
    std::cerr << "ztix-controller-simulator: " << error.what() << '\n';
    return 1;
  }
}
