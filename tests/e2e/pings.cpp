#include "tests/e2e/pings.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/text.h"
#include "tests/support/process.h"

namespace ztix::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint16_t kIdentifier = 0x5a58;
constexpr milliseconds kLate{500};

/// A socket belongs to the network it was made in, whoever uses it; so a thread goes there, makes it, and ends.
int icmp_socket_in(const std::string& network) {
  int made = -1;
  std::thread([&] {
    const int there = ::open(network.c_str(), O_RDONLY | O_CLOEXEC);
    if (there >= 0 && ::setns(there, CLONE_NEWNET) == 0) {
      made = ::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP);
    }
    ::close(there);
  }).join();
  if (made < 0) throw std::runtime_error("no socket in " + network);
  return made;
}

std::string network_of(const Lab& lab, const std::string& member) {
  const auto file = "ZTIX_PID_M" + member.substr(1) + "_BIRD";
  const auto pid = read_file(lab.env(file));
  return "/proc/" + pid.substr(0, pid.find('\n')) + "/ns/net";
}

/// RFC 1071, over a header without data.
std::uint16_t checksum(const icmphdr& header) {
  std::array<std::uint16_t, sizeof(icmphdr) / 2> words{};
  std::memcpy(words.data(), &header, sizeof header);
  std::uint32_t sum = 0;
  for (const auto word : words) sum += word;
  sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~(sum + (sum >> 16U)));
}

}  // namespace

int replies(const Lab& lab, const std::string& node, const std::string& address, int count) {
  const auto finished =
      run(lab.inside(node, {"ping", "-n", "-c", std::to_string(count), "-i", "0.05", "-W", "1", address}));
  // 1: not all were answered. 2: none was even sent, for want of a route, which nobody answers either.
  if (finished.exit_code > 2) throw std::runtime_error("ping: " + finished.err);
  const auto lines = split(finished.out, '\n');
  return static_cast<int>(std::count_if(lines.begin(), lines.end(), [](std::string_view line) {
    return line.find("bytes from") != std::string_view::npos;
  }));
}

std::int64_t requests_received(const Lab& lab, const std::string& node) {
  // Two lines, names and values.
  const auto text = lab.exec(node, {"grep", "^Icmp:", "/proc/net/snmp"});
  const auto lines = split(text, '\n');
  const auto names = split(lines.at(0), ' ');
  const auto place = std::find(names.begin(), names.end(), "InEchos") - names.begin();
  return parse_decimal<std::int64_t>(split(lines.at(1), ' ').at(static_cast<std::size_t>(place))).value();
}

PingStream::PingStream(const Lab& lab, const std::string& node, const std::string& ipv4)
    : socket_(icmp_socket_in(network_of(lab, node))),
      address_(::inet_addr(ipv4.c_str())),
      start_(steady_clock::now()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void PingStream::run(const std::stop_token& stop) {
  auto next = start_;
  while (!stop.stop_requested() && answered_.size() <= UINT16_MAX) {
    answered_.push_back(false);
    send(static_cast<std::uint16_t>(answered_.size() - 1));
    std::this_thread::sleep_until(next += kPause);
    receive();
  }
  took_ = steady_clock::now() - start_;
  std::this_thread::sleep_for(kLate);
  receive();
}

// Not sent for want of a route is lost, too.
void PingStream::send(std::uint16_t number) const {
  icmphdr header{};
  header.type = ICMP_ECHO;
  header.un.echo.id = htons(kIdentifier);
  header.un.echo.sequence = htons(number);
  header.checksum = checksum(header);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = address_;
  ::sendto(socket_, &header, sizeof header, 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

void PingStream::receive() {
  std::array<std::uint8_t, 512> packet{};
  for (;;) {
    const auto size = ::recv(socket_, packet.data(), packet.size(), 0);
    if (size < static_cast<ssize_t>(sizeof(iphdr))) return;
    iphdr ip{};
    std::memcpy(&ip, packet.data(), sizeof ip);
    const auto offset = std::size_t{ip.ihl} * 4;
    icmphdr header{};
    if (static_cast<std::size_t>(size) < offset + sizeof header) continue;
    std::memcpy(&header, packet.data() + offset, sizeof header);
    const std::size_t number = ntohs(header.un.echo.sequence);
    const bool is_ours = header.type == ICMP_ECHOREPLY && header.un.echo.id == htons(kIdentifier);
    if (is_ours && number < answered_.size()) answered_[number] = true;
  }
}

PingStream::Report PingStream::end() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
    ::close(socket_);
  }
  Report report;
  report.sent = static_cast<int>(answered_.size()) - 1;
  int in_a_row = 0;
  for (const bool answered : answered_) {
    in_a_row = answered ? 0 : in_a_row + 1;
    report.lost += answered ? 0 : 1;
    report.lost_in_a_row = std::max(report.lost_in_a_row, in_a_row);
  }
  report.per_second = report.sent / std::chrono::duration<double>(took_).count();
  return report;
}

}  // namespace ztix::test
