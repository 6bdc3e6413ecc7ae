#include "tests/support/bird_net.h"

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

#include "core/base/text.h"
#include "tests/support/eventually.h"

namespace ztix::test {
namespace {

/// `(1, 2, 3) (4, 5, 6)` → both, each with its parentheses.
std::set<std::string> tuples(std::string_view text) {
  std::set<std::string> found;
  for (auto open = text.find('('); open != std::string_view::npos; open = text.find('(', open + 1)) {
    found.emplace(text.substr(open, text.find(')', open) + 1 - open));
  }
  return found;
}

void add_attribute(SeenRoute& route, std::string_view line) {
  const auto after = [&](std::string_view name) {
    return line.starts_with(name) ? std::string(trim(line.substr(name.size()))) : std::string();
  };
  if (auto path = after("BGP.as_path:"); !path.empty()) route.as_path = path;
  if (auto hop = after("BGP.next_hop:"); !hop.empty()) route.next_hop = hop;
  if (line.starts_with("BGP.community:")) route.communities = tuples(line);
  if (line.starts_with("BGP.large_community:")) route.large_communities = tuples(line);
}

constexpr std::string_view kSpacePrefix = "ztixtest";

void vacate(const std::string& name_space) { static_cast<void>(run({"ip", "netns", "del", name_space})); }

/// Removes what tests left behind that were killed: their process id is in the name.
void vacate_abandoned() {
  std::istringstream lines(run_or_throw({"ip", "netns", "list"}));
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kSpacePrefix)) continue;
    const auto owner = parse_decimal<pid_t>(
        line.substr(kSpacePrefix.size(), line.find('n', kSpacePrefix.size()) - kSpacePrefix.size()));
    if (owner && ::kill(*owner, 0) != 0) vacate(line.substr(0, line.find(' ')));
  }
}

}  // namespace

SeenRoutes parse_routes(const std::string& show_route_all) {
  SeenRoutes routes;
  std::string prefix;
  SeenRoute* current = nullptr;
  std::istringstream lines(show_route_all);
  for (std::string line; std::getline(lines, line);) {
    const auto bracket = line.find('[');
    const bool is_head = line.find(" unicast [") != std::string::npos || line.find(" blackhole [") != std::string::npos;
    if (is_head) {
      // Further routes to the same prefix leave the first column blank.
      if (line.front() != ' ') prefix = line.substr(0, line.find(' '));
      current = &routes[prefix].emplace_back();
      current->protocol = line.substr(bracket + 1, line.find(' ', bracket) - bracket - 1);
    } else if (current != nullptr) {
      add_attribute(*current, trim(line));
    }
  }
  return routes;
}

BirdNode::BirdNode(std::string name_space, const std::string& name, const std::string& folder)
    : name_space_(std::move(name_space)), folder_(folder + "/" + name) {
  std::filesystem::create_directories(folder_);
}

void BirdNode::configure(const std::string& text) {
  const auto file = folder_ + "/bird.conf";
  static_cast<void>(run_or_throw({"tee", file}, text));
  const auto checked = run({"bird", "-p", "-c", file});
  if (checked.exit_code != 0) throw std::runtime_error("BIRD refuses: " + checked.err);
  if (bird_ != nullptr && bird_->is_running()) {
    const auto answer = birdc("configure");
    if (answer.find("Reconfigur") == std::string::npos) throw std::runtime_error(answer);
    return;
  }
  bird_ = std::make_unique<Child>(std::vector<std::string>{"ip", "netns", "exec", name_space_, "bird", "-f", "-c", file,
                                                           "-s", folder_ + "/bird.ctl", "-P", folder_ + "/bird.pid"},
                                  folder_ + "/bird.log");
  const bool answers = eventually(std::chrono::seconds(10),
                                  [this] { return birdc("show status").find("Daemon is up") != std::string::npos; });
  if (!answers) throw std::runtime_error("BIRD does not start: " + read_file(folder_ + "/bird.log"));
}

std::string BirdNode::birdc(const std::string& command) const {
  const auto answer = run({"birdc", "-s", folder_ + "/bird.ctl", command});
  return answer.out + answer.err;
}

SeenRoutes BirdNode::routes(const std::string& command) const {
  return parse_routes(birdc("show route " + command + " all"));
}

std::string BirdNode::protocol(const std::string& name) const {
  std::istringstream lines(birdc("show protocols " + name));
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(name + " ")) return line;
  }
  return {};
}

bool BirdNode::is_established(const std::string& name) const {
  return protocol(name).find("Established") != std::string::npos;
}

void BirdNode::run_beside(const std::vector<std::string>& words) {
  std::vector<std::string> command{"ip", "netns", "exec", name_space_};
  command.insert(command.end(), words.begin(), words.end());
  others_.push_back(std::make_unique<Child>(command, folder_ + "/others.log"));
}

BirdNet::BirdNet() {
  if (::geteuid() != 0) throw std::runtime_error("BirdNet needs root: it makes network namespaces");
  static std::atomic<int> counter{0};
  vacate_abandoned();
  prefix_ = std::string(kSpacePrefix) + std::to_string(::getpid()) + "n" + std::to_string(++counter) + "-";
  const auto ix = space("ix");
  static_cast<void>(run_or_throw({"ip", "netns", "add", ix}));
  spaces_.push_back(ix);
  static_cast<void>(run_or_throw({"ip", "-n", ix, "link", "add", "br0", "type", "bridge"}));
  static_cast<void>(run_or_throw({"ip", "-n", ix, "link", "set", "br0", "up"}));
}

BirdNet::~BirdNet() {
  nodes_.clear();
  for (const auto& name_space : spaces_) vacate(name_space);
}

BirdNode& BirdNet::add_node(const std::string& name, const std::vector<std::string>& addresses) {
  const auto here = space(name);
  const auto ix = space("ix");
  const auto port = "p-" + name;
  static_cast<void>(run_or_throw({"ip", "netns", "add", here}));
  spaces_.push_back(here);
  static_cast<void>(
      run_or_throw({"ip", "-n", ix, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", here}));
  static_cast<void>(run_or_throw({"ip", "-n", ix, "link", "set", port, "master", "br0", "up"}));
  static_cast<void>(run_or_throw({"ip", "-n", here, "link", "set", "lo", "up"}));
  static_cast<void>(run_or_throw({"ip", "-n", here, "link", "set", "eth0", "up"}));
  for (const auto& address : addresses) {
    static_cast<void>(run_or_throw({"ip", "-n", here, "addr", "add", address, "dev", "eth0", "nodad"}));
  }
  return *nodes_.emplace(name, std::make_unique<BirdNode>(here, name, folder_.path())).first->second;
}

void BirdNet::plug(const std::string& name, const std::string& pid, const std::vector<std::string>& addresses) {
  const auto ix = space("ix");
  const auto port = "p-" + name;
  const auto inside = [&pid](std::vector<std::string> words) {
    words.insert(words.begin(), {"nsenter", "--target", pid, "--net", "ip"});
    static_cast<void>(run_or_throw(words));
  };
  static_cast<void>(
      run_or_throw({"ip", "-n", ix, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", pid}));
  static_cast<void>(run_or_throw({"ip", "-n", ix, "link", "set", port, "master", "br0", "up"}));
  inside({"link", "set", "eth0", "up"});
  for (const auto& address : addresses) inside({"addr", "add", address, "dev", "eth0", "nodad"});
}

void BirdNet::start_rtr_cache(const std::string& name, const std::string& address, int port, const std::string& vrps) {
  replace_vrps(vrps);
  node(name).run_beside({"stayrtr", "-bind", address + ":" + std::to_string(port), "-cache",
                         folder_.path() + "/vrps.json", "-checktime=false", "-refresh", "1", "-metrics.addr", ""});
}

void BirdNet::replace_vrps(const std::string& vrps) const {
  const auto fresh = folder_.write("vrps.json.new", vrps);
  std::filesystem::rename(fresh, folder_.path() + "/vrps.json");
}

void give(BirdNode& node, const render::RenderedConfig& config) {
  for (const auto& object : config.objects) {
    static_cast<void>(run_or_throw({"tee", node.folder() + "/object-" + object->digest + ".conf"}, object->text));
  }
  node.configure(config.root);
}

std::string vrps_json(const std::vector<Vrp>& vrps) {
  std::string rows;
  for (const auto& vrp : vrps) {
    if (!rows.empty()) rows += ",";
    rows += R"({"prefix":")" + vrp.prefix + R"(","maxLength":)" + std::to_string(vrp.max_length) + R"(,"asn":"AS)" +
            std::to_string(vrp.asn) + R"(","ta":"test"})";
  }
  return R"({"metadata":{"buildtime":"2026-01-01T00:00:00Z"},"roas":[)" + rows + "]}";
}

}  // namespace ztix::test
