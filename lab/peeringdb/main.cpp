/// The PeeringDB simulator as a program; see simulator.h for what it is.

#include <exception>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/stop_signals.h"
#include "core/base/text.h"
#include "lab/peeringdb/simulator.h"

namespace {

using ztix::lab::peeringdb::Simulator;
using ztix::lab::peeringdb::SimulatorOptions;

constexpr int kUsage = 2;

constexpr std::string_view kHelp = R"(Answers like PeeringDB, with people and networks from a file.

usage: ztix-peeringdb-simulator --listen ADDRESS:PORT --directory FILE --client-id ID --client-secret-file FILE
                                --redirect-uri URL [options]

  --listen ADDRESS:PORT      where it is served; port 0 takes any free one and prints it
  --directory FILE           people and networks, JSON
  --client-id ID             the application that is registered
  --client-secret-file FILE  its secret
  --redirect-uri URL         its redirect address, which must be given to the letter
  --public-host NAME         name in the addresses it gives away (default: the address it listens on)

Tests make it misbehave by POST /admin/faults and change its people by POST /admin/directory.
example: ztix-peeringdb-simulator --listen 127.0.0.1:9994 --directory people.json --client-id lab \
           --client-secret-file secret --redirect-uri http://localhost:8080/auth/callback
)";

using Options = std::map<std::string, std::string>;

/// Options by name. nullopt after a complaint on standard error.
std::optional<Options> options_of(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--help") {
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

std::string needed(const Options& options, const std::string& name) {
  const auto found = options.find(name);
  if (found == options.end()) throw std::invalid_argument(name + " is needed (try --help)");
  return found->second;
}

std::string contents_of(const std::string& file) {
  std::ifstream stream(file);
  std::string line;
  if (!std::getline(stream, line)) throw std::runtime_error("cannot read " + file);
  return line;
}

SimulatorOptions simulator_options(const Options& options) {
  const auto listen = needed(options, "--listen");
  const auto colon = listen.rfind(':');
  const auto port = ztix::parse_decimal<std::uint16_t>(std::string_view(listen).substr(colon + 1));
  if (colon == std::string::npos || !port) throw std::invalid_argument("--listen needs ADDRESS:PORT");
  const auto host = options.find("--public-host");
  return {listen.substr(0, colon),
          *port,
          host == options.end() ? std::string() : host->second,
          needed(options, "--directory"),
          {needed(options, "--client-id"), contents_of(needed(options, "--client-secret-file")),
           needed(options, "--redirect-uri")}};
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = options_of(argc, argv);
  if (!options) return kUsage;
  if (options->contains("--help")) {
    std::cout << kHelp;
    return 0;
  }
  try {
    const ztix::StopSignals signals;
    const Simulator simulator(simulator_options(*options));
    std::cout << "listening on port " << simulator.port() << std::endl;
    signals.wait();
    return 0;
  } catch (const std::invalid_argument& error) {
    std::cerr << "ztix-peeringdb-simulator: " << error.what() << '\n';
    return kUsage;
  } catch (const std::exception& error) {
    std::cerr << "ztix-peeringdb-simulator: " << error.what() << '\n';
    return 1;
  }
}
