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

/// What BIRD says by itself, before anything was asked: the answer to no command.
const std::string kGreeting;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

/// What BIRD can keep of them, from `next` on, at least one.
std::vector<std::string> take_some(const std::vector<std::string>& commands, std::size_t& next) {
  std::vector<std::string> some;
  std::size_t bytes = 0;
  do {
    bytes += commands[next].size() + 1;
    some.push_back(commands[next++]);
  } while (next < commands.size() && bytes + commands[next].size() < kMostUnread);
  return some;
}

milliseconds left_until(steady_clock::time_point deadline) {
  return std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
}

}  // namespace

Result<BirdReplies> BirdSocket::ask(const std::vector<std::string>& commands) {
  const auto deadline = steady_clock::now() + kLongestBatch;
  if (!socket_.is_open()) ZTIX_CHECK(connect(deadline));
  std::vector<BirdReply> all;
  for (std::size_t next = 0; next < commands.size();) {
    const auto some = take_some(commands, next);
    ZTIX_ASSIGN(auto replies, converse(some, deadline));
    std::move(replies.begin(), replies.end(), std::back_inserter(all));
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
  ZTIX_ASSIGN(const auto greeting, converse({kGreeting}, deadline));
  if (greeting.front().has(kReady)) return {};
  socket_ = Descriptor();
  return down();
}

Result<std::vector<BirdReply>> BirdSocket::converse(const std::vector<std::string>& commands, TimePoint deadline) {
  std::string out;
  for (const auto& command : commands) {
    if (command != kGreeting) out.append(command).push_back('\n');
  }
  ReplyReader reader(commands);
  if (auto spoken = exchange(out, reader, deadline); !spoken) {
    socket_ = Descriptor();  // what it would say next belongs to nothing
    return std::move(spoken).error();
  }
  return std::move(reader).replies();
}

Status BirdSocket::exchange(const std::string& out, ReplyReader& reader, TimePoint deadline) {
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
