#include "core/base/readable.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <poll.h>
#include <sys/eventfd.h>

#include "core/base/descriptor.h"

namespace ztix {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

Error cannot_wait() { return fail(ErrorCode::unavailable, "Cannot wait for input.").with_detail(std::strerror(errno)); }

}  // namespace

Result<Waited> wait_readable(int fd, milliseconds timeout, const std::stop_token& stop) {
  const Descriptor bell(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!bell.is_open()) return cannot_wait();
  const std::stop_callback ring(stop, [&bell] { eventfd_write(bell.number(), 1); });
  std::array<pollfd, 2> waited_for{pollfd{fd, POLLIN, 0}, pollfd{bell.number(), POLLIN, 0}};
  const auto deadline = steady_clock::now() + timeout;
  for (;;) {
    const auto left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(deadline - steady_clock::now()));
    const int ready = poll(waited_for.data(), waited_for.size(), static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return cannot_wait();
    if (waited_for[1].revents != 0) return Waited::stopped;
    return ready == 0 ? Waited::timed_out : Waited::readable;
  }
}

}  // namespace ztix
