#include "tests/support/bird_host.h"

#include <chrono>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/text.h"
#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

constexpr auto kStartTime = std::chrono::seconds(20);

void wait_until(const std::string& what, const std::string& log_file, const std::function<bool()>& happened) {
  const auto deadline = std::chrono::steady_clock::now() + kStartTime;
  while (!happened()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(what + " did not come: " + read_file(log_file));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  if (probe < 0 || ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no free port");
  }
  ::close(probe);
  return ntohs(address.sin_port);
}

bool answers(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return connected;
}

std::vector<std::string> joined(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string first_two_words(const std::string& line) {
  const auto words = split(trim(line), ' ');
  return std::string(words.at(0)) + " " + std::string(words.at(1));
}

}  // namespace

BirdHost::BirdHost(const Options& options) : port_(free_port()) {
  for (const auto* const name : {"/id", "/host_key"}) {
    run_or_throw({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder_.path() + name});
  }
  host_key_ = first_two_words(read_file(folder_.path() + "/host_key.pub"));
  const auto log = folder_.write("setup.log", "");
  holder_.emplace(
      std::vector<std::string>{"setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--net", "--pid", "--fork",
                               "--kill-child", "--mount-proc", in_checkout("tests/support/bird_host_setup.sh"),
                               folder_.path(), in_checkout(""), in_build("bin/ztix-rs"), options.router_id,
                               std::to_string(options.disk_kib)},
      log);
  wait_until("the host's namespaces", log, [this, &log] {
    if (!holder_->is_running()) throw std::runtime_error("no namespaces: " + read_file(log));
    return read_file(log).find("ready\n") != std::string::npos;
  });
  const auto holder = std::to_string(holder_->pid());
  const auto children = read_file("/proc/" + holder + "/task/" + holder + "/children");
  pid_ = trim(children);
  start_bird();
}

BirdHost::~BirdHost() {
  // The first process of a PID namespace takes all others with it.
  if (holder_ && holder_->is_running()) ::kill(holder_->pid(), SIGKILL);
}

std::vector<std::string> BirdHost::enter(bool with_network) const {
  std::vector<std::string> words{"nsenter", "--target", pid_, "--mount", "--pid"};
  if (with_network) words.emplace_back("--net");
  words.emplace_back("--");
  return words;
}

Finished BirdHost::inside(const std::vector<std::string>& words, const std::string& input) const {
  return run(joined(enter(true), words), input);
}

Finished BirdHost::helper(const std::string& words, const std::string& input) const {
  return inside({"setpriv", "--reuid", "ztix", "--regid", "ztix", "--init-groups", "env", "-i",
                 "SSH_ORIGINAL_COMMAND=" + words, "/usr/local/lib/ztix/ztix-rs"},
                input);
}

std::string BirdHost::birdc(const std::string& command) const {
  std::vector<std::string> words{"/usr/sbin/birdc", "-v"};
  for (const auto word : split(command, ' ')) words.emplace_back(word);
  return inside(words).out;
}

void BirdHost::start_bird() {
  const auto log = folder_.path() + "/bird.log";
  bird_.emplace(joined(enter(true), {"setpriv", "--reuid", "bird", "--regid", "bird", "--init-groups", "--inh-caps",
                                     "+net_bind_service", "--ambient-caps", "+net_bind_service", "--bounding-set",
                                     "-all,+net_bind_service", "/usr/sbin/bird", "-f", "-P", "/run/bird/bird.pid", "-c",
                                     "/etc/bird/bird.conf"}),
                log);
  wait_until("BIRD", log, [this] { return birdc("show status").find("0013 Daemon is up") != std::string::npos; });
}

std::string BirdHost::bird_pid() const { return std::string(trim(read_file(folder_.path() + "/run/bird/bird.pid"))); }

void BirdHost::kill_bird() {
  inside({"kill", "-KILL", bird_pid()});
  wait_until("BIRD's end", folder_.path() + "/bird.log", [this] { return !bird_->is_running(); });
  bird_.reset();
}

void BirdHost::freeze_bird() const { inside({"kill", "-STOP", bird_pid()}); }
void BirdHost::thaw_bird() const { inside({"kill", "-CONT", bird_pid()}); }

void BirdHost::start_sshd() {
  const auto log = folder_.path() + "/sshd.log";
  const auto config =
      folder_.write("sshd_config", "ListenAddress 127.0.0.1:" + std::to_string(port_) + "\nHostKey " + folder_.path() +
                                       "/host_key\nPidFile none\nUsePAM no\nMaxStartups 200:30:400\n"
                                       "PasswordAuthentication no\nKbdInteractiveAuthentication no\n");
  sshd_.emplace(joined(enter(false), {"/usr/sbin/sshd", "-D", "-e", "-f", config}), log);
  wait_until("sshd", log, [this] { return answers(port_); });
}

void BirdHost::stop_sshd() {
  sshd_.reset();
  // Its sessions are processes of their own and would go on serving.
  inside({"sh", "-c", "for p in $(pgrep -x sshd); do kill -KILL \"$p\"; done"});
}

service::RouteServerEndpoint BirdHost::endpoint() const { return {"rs1", "127.0.0.1", port_, "ztix", host_key_}; }

std::string BirdHost::boot_target() const { return std::filesystem::read_symlink(state_file("boot.conf")).string(); }

}  // namespace ztix::test
