#include "app/connection.h"

#include <ctime>

#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeFormatter.h>
#include <Poco/Exception.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

namespace ztix::app {
namespace {

/// For what a client has begun to send.
constexpr std::chrono::seconds kReads{10};
/// After a refusal: so much of what is still on its way is thrown away, so that the answer is not lost with it.
constexpr std::size_t kThrownAway = 262'144;
constexpr int kThrowingAwayMicroseconds = 300'000;

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

Error bad(std::string message, std::string_view reason) {
  return fail(ErrorCode::invalid_argument, std::move(message)).with_reason(reason);
}

Error too_large() { return bad("The body is larger than 64 KiB.", "body_too_large"); }
Error incomplete() { return bad("The body did not arrive as announced.", "body_incomplete"); }

/// For the Date field, which has whole seconds: written once in each by every thread.
const std::string& date_now() {
  thread_local std::time_t written = 0;
  thread_local std::string text;
  const Poco::Timestamp now;
  if (now.epochTime() != written) {
    written = now.epochTime();
    text = Poco::DateTimeFormatter::format(now, Poco::DateTimeFormat::HTTP_FORMAT);
  }
  return text;
}

/// Long enough for the fields of most answers.
constexpr std::size_t kUsualHead = 1024;

/// Everything that goes over the wire; to HEAD without the body.
std::string text_of(const HttpResponse& response, bool keep_alive, bool head_only) {
  using Poco::Net::HTTPResponse;
  const auto status = static_cast<HTTPResponse::HTTPStatus>(response.status);
  const std::string_view body = head_only ? std::string_view() : response.body;
  std::string text;
  text.reserve(kUsualHead + body.size());
  const auto add = [&text](auto&&... parts) { (text.append(parts), ...); };
  add("HTTP/1.1 ", std::to_string(response.status), " ", HTTPResponse::getReasonForStatus(status));
  add("\r\nDate: ", date_now(), "\r\nContent-Length: ", std::to_string(response.body.size()));
  if (!keep_alive) add("\r\nConnection: close");
  for (const auto& [name, value] : response.headers.all()) add("\r\n", name, ": ", value);
  add("\r\n\r\n", body);
  return text;
}

}  // namespace

Connection::Connection(Poco::Net::StreamSocket& socket, Dispatcher& dispatcher, ConnectionWatch& watch,
                       std::chrono::seconds keep_alive)
    : socket_(socket), dispatcher_(dispatcher), keep_alive_(keep_alive), guard_(watch, socket.impl()->sockfd()) {
  socket_.setSendTimeout(Poco::Timespan(kReads.count(), 0));
  socket_.setNoDelay(true);
}

void Connection::run() {
  const auto peer = socket_.peerAddress().host().toString();
  for (;;) {
    auto head = read_head();
    if (!head) return;
    HttpRequest request;
    Status readable = *head ? read_body(**head) : Status(head->error());
    if (*head) request = std::move((*head)->request);
    request.peer_address = peer;
    guard_.answering();
    const auto response = readable ? dispatcher_.handle(request) : dispatcher_.refuse(request, readable.error());
    const bool keep_alive = readable && (*head)->keep_alive && !response.close;
    send_all(text_of(response, keep_alive, request.method == "HEAD"));
    guard_.waiting();
    if (!readable) end_politely();
    if (!keep_alive) return;
  }
}

std::optional<Result<Head>> Connection::read_head() {
  if (buffer_.empty()) {
    wait_at_most(keep_alive_);
    if (!fill()) return std::nullopt;
  }
  std::size_t searched = 0;
  for (;;) {
    const auto end = buffer_.find(kEndOfHead, searched);
    if (end != std::string::npos && end <= kLongestHead) {
      auto head = parse_head(std::string_view(buffer_).substr(0, end));
      buffer_.erase(0, end + kEndOfHead.size());
      return head;
    }
    if (buffer_.size() > kLongestHead) return bad("The head of this request is too large.", "head_too_large");
    searched = buffer_.size() < kEndOfHead.size() ? 0 : buffer_.size() - kEndOfHead.size() + 1;
    wait_at_most(kReads);
    if (!fill()) return std::nullopt;
  }
}

Status Connection::read_body(Head& head) {
  if (!head.framing.has_body()) return {};
  wait_at_most(kReads);
  if (head.framing.length > kLargestBody) return too_large();
  if (head.expects_continue) send_all(kContinue);
  if (head.framing.chunked) return read_chunks(head.request.body);
  if (!fill_to(head.framing.length)) return incomplete();
  head.request.body = buffer_.substr(0, head.framing.length);
  buffer_.erase(0, head.framing.length);
  return {};
}

Status Connection::read_chunks(std::string& body) {
  for (;;) {
    ZTIX_ASSIGN(const auto line, take_line());
    const auto size = parse_chunk_size(line);
    if (!size) return bad("This is no chunked body.", "bad_framing");
    if (*size > kLargestBody - body.size()) return too_large();
    if (!fill_to(*size + 2)) return incomplete();
    if (buffer_.compare(*size, 2, "\r\n") != 0) return bad("A chunk is longer than it says.", "bad_framing");
    body += std::string_view(buffer_).substr(0, *size);
    buffer_.erase(0, *size + 2);
    // No trailer fields: the line after the last chunk is the empty one.
    if (*size == 0) return {};
  }
}

/// The text before the next CRLF, which is taken too. Longer than any size of a chunk is an error.
Result<std::string> Connection::take_line() {
  constexpr std::size_t kLongest = 32;
  for (;;) {
    const auto end = buffer_.find("\r\n");
    if (end != std::string::npos && end <= kLongest) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 2);
      return line;
    }
    if (buffer_.size() > kLongest) return bad("This is no chunked body.", "bad_framing");
    if (!fill()) return incomplete();
  }
}

/// Most requests come in one piece, so this is rarely another time than before.
void Connection::wait_at_most(std::chrono::seconds time) {
  if (time == waits_at_most_) return;
  socket_.setReceiveTimeout(Poco::Timespan(time.count(), 0));
  waits_at_most_ = time;
}

bool Connection::fill_to(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    if (!fill()) return false;
  }
  return true;
}

/// False at the end of what the client sends, or when nothing comes.
bool Connection::fill() {
  try {
    const int count = socket_.receiveBytes(received_.data(), static_cast<int>(received_.size()));
    if (count > 0) buffer_.append(received_.data(), static_cast<std::size_t>(count));
    return count > 0;
  } catch (const Poco::TimeoutException&) {
    return false;
  }
}

void Connection::send_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
    if (sent <= 0) throw Poco::IOException("the client takes no more");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// What a client still sends after we have closed makes its system throw our answer away (RFC 9112 §9.6).
void Connection::end_politely() {
  socket_.shutdownSend();
  socket_.setReceiveTimeout(Poco::Timespan(0, kThrowingAwayMicroseconds));
  for (std::size_t thrown = 0; thrown < kThrownAway && fill(); thrown += buffer_.size()) buffer_.clear();
}

}  // namespace ztix::app
