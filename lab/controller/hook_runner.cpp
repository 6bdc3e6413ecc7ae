#include "lab/controller/hook_runner.h"

#include <csignal>
#include <cstring>
#include <iostream>

#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lab/controller/state_store.h"

namespace ztix::lab::controller {

namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// The exit status as the shell shows it, or 127 if the command could not be started.
int run_command(std::vector<std::string> arguments, const std::string& network) {
  std::vector<std::string> environment{"ZTIX_NETWORK_ID=" + network};
  for (char** entry = environ; *entry != nullptr; ++entry) environment.emplace_back(*entry);
  auto argv = pointers_to(arguments);
  auto envp = pointers_to(environment);
  // The program blocks signals in all its threads; a child must not inherit that.
  posix_spawnattr_t attributes;
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_init(&attributes);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  pid_t child = 0;
  const int failure = ::posix_spawnp(&child, argv[0], nullptr, &attributes, argv.data(), envp.data());
  ::posix_spawnattr_destroy(&attributes);
  if (failure != 0) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

HookRunner::HookRunner(std::string command) : command_(std::move(command)), thread_([this] { run(); }) {}

HookRunner::~HookRunner() {
  {
    const std::lock_guard hold(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void HookRunner::submit(std::uint64_t network, std::uint64_t node, const nlohmann::json* member) {
  std::vector<std::string> state{"deauthorized"};
  if (member != nullptr) {
    if (member->at("authorized").get<bool>()) state[0] = "authorized";
    for (const auto& address : member->at("ipAssignments")) state.push_back(address.get<std::string>());
  }
  {
    const std::lock_guard hold(mutex_);
    const Key key{network, node};
    if (!waiting_.contains(key)) order_.push_back(key);
    waiting_[key] = std::move(state);
  }
  changed_.notify_one();
}

void HookRunner::run() {
  std::unique_lock hold(mutex_);
  while (true) {
    changed_.wait(hold, [this] { return stopping_ || !order_.empty(); });
    if (stopping_) return;
    const Key key = order_.front();
    order_.pop_front();
    const auto state = std::move(waiting_.extract(key).mapped());
    hold.unlock();
    call(key, state);
    hold.lock();
  }
}

void HookRunner::call(const Key& key, const std::vector<std::string>& state) const {
  std::vector<std::string> arguments{command_, node_text(key.second)};
  arguments.insert(arguments.end(), state.begin(), state.end());
  const int status = run_command(arguments, network_text(key.first));
  if (status != 0) std::cerr << "hook for node " << arguments[1] << " ended with status " << status << '\n';
}

}  // namespace ztix::lab::controller
