#include "route-server/helper/bird_socket.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "route-server/helper/clock_text.h"

namespace ztix::helper {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestBatch{20};
constexpr milliseconds kBetweenConnects{10};
constexpr std::size_t kChunk = std::size_t{32} << 10U;
constexpr int kReady = 1;  // `0001 BIRD 2.0.12 ready.`
/// BIRD 2.0.12 keeps 1,024 bytes of commands that it has not carried out, and ends a connection that sends more
/// (measured).
constexpr std::size_t kMostUnread = 800;

Error down() { return fail(ErrorCode::unavailable, "BIRD is down."); }
Error busy() { return fail(ErrorCode::timeout, "BIRD is busy."); }

/// What BIRD says by itself, before anything was asked.
const std::string kGreeting;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// The lines that BIRD can keep, from `next` on, at least one. What they expect is added to `expected`.
std::string take_some(const std::vector<std::string>& commands, std::size_t& next, std::vector<std::string>& expected) {
  std::string lines;
  do {
    lines.append(commands[next]).push_back('\n');
    expected.push_back(commands[next++]);
  } while (next < commands.size() && lines.size() + commands[next].size() < kMostUnread);
  return lines;
}

milliseconds left_until(steady_clock::time_point deadline) {
  return std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
}

}  // namespace

Result<BirdReplies> BirdSocket::ask(const std::vector<std::string>& commands) {
  const auto deadline = steady_clock::now() + kLongestBatch;
  std::vector<BirdReply> all;
  for (std::size_t next = 0; next < commands.size();) {
    const bool is_new = !socket_.is_open();
    if (is_new) ZTIX_CHECK(connect(deadline));
    std::vector<std::string> expected;
    if (is_new) expected.push_back(kGreeting);
    const auto out = take_some(commands, next, expected);
    ReplyReader reader(expected);
    if (auto spoken = converse(out, reader, deadline); !spoken) {
      socket_ = Descriptor();  // what it would say next belongs to nothing
      return std::move(spoken).error();
    }
    auto replies = std::move(reader).replies();
    if (is_new && !replies.front().has(kReady)) return down();
    std::move(replies.begin() + (is_new ? 1 : 0), replies.end(), std::back_inserter(all));
  }
  return BirdReplies(std::move(all));
}

std::string BirdSocket::started() const {
  struct stat made {};
  return ::stat(path_.c_str(), &made) == 0 ? exact_time(made.st_mtim) : "-";
}

Status BirdSocket::connect(TimePoint deadline) {
  Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto address = address_of(path_);
  while (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EAGAIN) return down();
    // Its queue is full: it takes nobody in for the moment.
    if (steady_clock::now() >= deadline) return busy();
    std::this_thread::sleep_for(kBetweenConnects);
  }
  socket_ = std::move(socket);
  return {};
}

Status BirdSocket::converse(const std::string& out, ReplyReader& reader, TimePoint deadline) {
  std::string_view unsent(out);
  while (!reader.is_complete()) {
    // Reading goes on while there is more to send: BIRD stops taking commands whose answers nobody fetches.
    if (!unsent.empty()) {
      ZTIX_ASSIGN(const auto sent, send_some(unsent));
      unsent.remove_prefix(sent);
    }
    const auto left = left_until(deadline);
    if (left <= milliseconds::zero()) return busy();
    pollfd waiting{socket_.number(), static_cast<short>(unsent.empty() ? POLLIN : POLLIN | POLLOUT), 0};
    if (::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) continue;
    if ((waiting.revents & ~POLLOUT) != 0) ZTIX_CHECK(receive_some(reader));
  }
  return {};
}

Result<std::size_t> BirdSocket::send_some(std::string_view out) {
  const auto count = ::send(socket_.number(), out.data(), out.size(), MSG_NOSIGNAL);
  if (count >= 0) return static_cast<std::size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return std::size_t{0};
  return down();
}

Status BirdSocket::receive_some(ReplyReader& reader) {
  std::array<char, kChunk> chunk;
  const auto count = ::recv(socket_.number(), chunk.data(), chunk.size(), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {};
  if (count <= 0) return down();
  reader.take(std::string_view(chunk.data(), static_cast<std::size_t>(count)));
  return {};
}

}  // namespace ztix::helper
