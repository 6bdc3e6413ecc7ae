#include "bench/support/process_group.h"

#include <csignal>

namespace ztix::bench {
namespace {

std::vector<std::string> with_environment(std::vector<std::string> before, const Environment& environment,
                                          const std::vector<std::string>& words) {
  before.emplace_back("env");
  for (const auto& [name, value] : environment) before.push_back(name + "=" + value);
  before.insert(before.end(), words.begin(), words.end());
  return before;
}

}  // namespace

// setsid and env become the program, so the group has the id that we know.
ProcessGroup::ProcessGroup(const Environment& environment, const std::vector<std::string>& words,
                           const std::string& log_file)
    : leader_(with_environment({"setsid"}, environment, words), log_file), id_(leader_.pid()) {}

void ProcessGroup::kill() {
  if (id_ <= 0) return;
  ::kill(-id_, SIGKILL);
  leader_.stop();
  id_ = -1;
}

void ProcessGroup::stop() {
  leader_.stop();
  kill();
}

std::string run_with(const Environment& environment, const std::vector<std::string>& words) {
  return test::run_or_throw(with_environment({}, environment, words));
}

}  // namespace ztix::bench
