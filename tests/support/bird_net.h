#pragma once

/// @file tests/support/bird_net.h
/// A small exchange of real BIRDs: one bridge in a network namespace of its own, one namespace for each router.
/// Needs root. Nothing of the machine is touched, and everything is gone with the object.

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/render/bird_config.h"
#include "tests/support/process.h"

namespace ztix::test {

/// One route as `show route all` tells it.
struct SeenRoute {
  std::string protocol;                     ///< that it came from
  std::string as_path;                      ///< `1000001 1000009`
  std::string next_hop;                     ///< BGP.next_hop, as printed
  std::set<std::string> communities;        ///< `(65535,65281)`
  std::set<std::string> large_communities;  ///< `(1000000, 1101, 1)`
};

/// Prefix → all routes to it.
using SeenRoutes = std::map<std::string, std::vector<SeenRoute>>;

[[nodiscard]] SeenRoutes parse_routes(const std::string& show_route_all);

class BirdNode {
 public:
  BirdNode(std::string name_space, const std::string& name, const std::string& folder);

  /// Starts BIRD with this configuration, or has the running one take it (plain `configure`).
  void configure(const std::string& text);
  void stop_bird() { bird_.reset(); }
  /// The answer to one birdc command; both outputs, whatever the exit code.
  [[nodiscard]] std::string birdc(const std::string& command) const;
  /// `show route COMMAND all`, parsed.
  [[nodiscard]] SeenRoutes routes(const std::string& command) const;
  /// The line of `show protocols` for that protocol; empty = there is none.
  [[nodiscard]] std::string protocol(const std::string& name) const;
  [[nodiscard]] bool is_established(const std::string& name) const;

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] const std::string& name_space() const noexcept { return name_space_; }
  /// Runs any program inside the namespace until this node goes away.
  void run_beside(const std::vector<std::string>& words);

 private:
  std::string name_space_;
  std::string folder_;
  std::unique_ptr<Child> bird_;
  std::vector<std::unique_ptr<Child>> others_;
};

class BirdNet {
 public:
  BirdNet();
  BirdNet(const BirdNet&) = delete;
  BirdNet& operator=(const BirdNet&) = delete;
  ~BirdNet();

  /// A router on the bridge with these addresses, e.g. `10.77.0.1/24`.
  BirdNode& add_node(const std::string& name, const std::vector<std::string>& addresses);
  /// Puts a process that has a network namespace of its own (a BirdHost) on the bridge, with these addresses.
  void plug(const std::string& name, const std::string& pid, const std::vector<std::string>& addresses);
  [[nodiscard]] BirdNode& node(const std::string& name) { return *nodes_.at(name); }

  /// A StayRTR cache inside `name`'s namespace; replace_vrps() changes what it serves.
  void start_rtr_cache(const std::string& name, const std::string& address, int port, const std::string& vrps);
  void replace_vrps(const std::string& vrps) const;

 private:
  [[nodiscard]] std::string space(const std::string& name) const { return prefix_ + name; }

  TempFolder folder_;
  std::string prefix_;
  std::vector<std::string> spaces_;
  std::map<std::string, std::unique_ptr<BirdNode>> nodes_;
};

/// Writes root and objects into the node's folder and has BIRD take them. Render with directory = node.folder().
void give(BirdNode& node, const render::RenderedConfig& config);

/// One validated ROA payload as StayRTR reads it.
struct Vrp {
  std::string prefix;
  int max_length;
  std::uint32_t asn;
};
[[nodiscard]] std::string vrps_json(const std::vector<Vrp>& vrps);

}  // namespace ztix::test
