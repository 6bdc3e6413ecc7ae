#include "tests/faults/root_watch.h"

#include <chrono>

#include "core/base/text.h"

namespace ztix::faults {

std::string running_digest(const test::Lab& lab, const std::string& route_server) {
  const auto answer = lab.birdc(route_server, "eval ZTIX_DIGEST");
  for (const auto line : split(answer, '\n')) {
    const auto word = trim(line);
    if (word.size() == 64) return std::string(word);
  }
  return {};
}

RootWatch::RootWatch(const test::Lab& lab, std::string route_server)
    : thread_([this, &lab, route_server = std::move(route_server)](const std::stop_token& stop) {
        run(stop, lab, route_server);
      }) {}

bool RootWatch::has_seen(const std::string& digest) const {
  return seen_.with([&](const auto& seen) { return seen.contains(digest); });
}

void RootWatch::run(const std::stop_token& stop, const test::Lab& lab, const std::string& route_server) {
  while (!stop.stop_requested()) {
    seen_.with([digest = running_digest(lab, route_server)](auto& seen) { seen.insert(digest); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

}  // namespace ztix::faults
