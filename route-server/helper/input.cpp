#include "route-server/helper/input.h"

#include <cerrno>

#include <unistd.h>

namespace ztix::helper {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10U;

}  // namespace

Input::Line Input::read_line(std::string& line, std::size_t longest) {
  line.clear();
  while (true) {
    const auto end = unread_.find('\n');
    line.append(unread_.substr(0, end));
    if (line.size() > longest) return Line::too_long;
    if (end != std::string_view::npos) {
      unread_.remove_prefix(end + 1);
      return Line::whole;
    }
    if (!fill()) return line.empty() ? Line::end : Line::cut;
  }
}

std::string_view Input::read_some(std::size_t most) {
  if (unread_.empty() && !fill()) return {};
  const auto some = unread_.substr(0, most);
  unread_.remove_prefix(some.size());
  return some;
}

bool Input::fill() {
  buffer_.resize(kChunk);
  unread_ = {};
  ssize_t count = 0;
  do {
    count = ::read(descriptor_, buffer_.data(), buffer_.size());
  } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  unread_ = std::string_view(buffer_.data(), static_cast<std::size_t>(count));
  return true;
}

}  // namespace ztix::helper
