#include "route-server/helper/lock.h"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>

namespace ztix::helper {
namespace {

/// A blocking flock() can only be ended by a signal, which may come just before it; waiting is rare enough for asking.
constexpr std::chrono::milliseconds kBetweenTries{5};

}  // namespace

Lock::Taken Lock::take(const StateFolder& folder, std::chrono::seconds longest) {
  Descriptor file(::openat(folder.number(), "lock", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  if (!file.is_open()) return Taken::not_installed;
  const auto deadline = std::chrono::steady_clock::now() + longest;
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return Taken::not_installed;
    if (std::chrono::steady_clock::now() >= deadline) return Taken::others_have_it;
    std::this_thread::sleep_for(kBetweenTries);
  }
  file_ = std::move(file);
  return Taken::yes;
}

}  // namespace ztix::helper
