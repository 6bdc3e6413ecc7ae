#include "app/http/head.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace ztix::app {
namespace {

constexpr std::size_t kLongestChunkSize = 8;

Error bad(std::string message, std::string_view reason) {
  return fail(ErrorCode::invalid_argument, std::move(message)).with_reason(reason);
}

Error bad_request() { return bad("This is no request of HTTP/1.1.", "bad_request"); }

Error bad_framing() {
  return bad("The length of the body is given in a way that can be read in two ways.", "bad_framing");
}

/// RFC 9110 §5.6.2.
bool is_token(std::string_view text) noexcept {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

/// What may stand in a value: no control character, so no line end that another program might see.
bool is_field_text(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '\t' || (c >= ' ' && c != '\x7f') || c < 0; });
}

/// The lines between CRLFs; nullopt when there is a CR or LF of its own.
std::optional<std::vector<std::string_view>> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (auto end = text.find("\r\n");; end = text.find("\r\n")) {
    const auto line = text.substr(0, end);
    if (line.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
    lines.push_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 2);
  }
}

Status parse_request_line(std::string_view line, HttpRequest& request, std::string_view& version) {
  const auto words = split(line, ' ');
  if (words.size() != 3 || !is_token(words[0])) return bad_request();
  version = words[2];
  if (version != "HTTP/1.1" && version != "HTTP/1.0") return bad_request();
  const auto target = words[1];
  const bool plain = std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!plain || target.empty() || target.front() != '/' || target.size() > kLongestTarget) {
    return bad("This address cannot be read.", "bad_target");
  }
  request.method = words[0];
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return {};
}

Status parse_field(std::string_view line, Headers& headers) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon > kLongestFieldName) return bad_request();
  if (!is_token(line.substr(0, colon))) return bad_request();
  const auto value = line.substr(colon + 1);
  if (!is_field_text(value)) return bad_request();
  headers.add(line.substr(0, colon), trim(value));
  return {};
}

Result<Framing> framing_of(const Headers& headers, std::string_view version) {
  const auto lengths = headers.count("Content-Length");
  const auto codings = headers.count("Transfer-Encoding");
  if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1)) return bad_framing();
  if (codings == 1) {
    if (version != "HTTP/1.1" || headers.only("Transfer-Encoding") != "chunked") return bad_framing();
    return Framing{true, 0};
  }
  if (lengths == 0) return Framing{};
  const auto length = parse_decimal<std::size_t>(*headers.only("Content-Length"));
  if (!length) return bad_framing();
  return Framing{false, *length};
}

bool stays_open(const Headers& headers, std::string_view version) {
  const auto connection = to_lower(headers.joined("Connection", ","));
  const auto words = split(connection, ',');
  const bool closes =
      std::any_of(words.begin(), words.end(), [](std::string_view word) { return trim(word) == "close"; });
  return version == "HTTP/1.1" && !closes;
}

}  // namespace

Result<Head> parse_head(std::string_view text) {
  const auto lines = lines_of(text);
  if (!lines || lines->size() > kMostFields + 1) return bad_request();
  Head head;
  std::string_view version;
  ZTIX_CHECK(parse_request_line(lines->front(), head.request, version));
  auto& headers = head.request.headers;
  for (std::size_t i = 1; i < lines->size(); ++i) ZTIX_CHECK(parse_field((*lines)[i], headers));
  const auto hosts = headers.count("Host");
  if (hosts > 1 || (hosts == 0 && version == "HTTP/1.1") || (hosts == 1 && headers.only("Host")->empty())) {
    return bad_request();
  }
  ZTIX_ASSIGN(head.framing, framing_of(headers, version));
  if (headers.count("Expect") > 0) {
    if (to_lower(headers.only("Expect").value_or("")) != "100-continue") return bad_request();
    head.expects_continue = true;
  }
  head.keep_alive = stays_open(headers, version);
  return head;
}

std::optional<std::size_t> parse_chunk_size(std::string_view line) noexcept {
  if (line.empty() || line.size() > kLongestChunkSize) return std::nullopt;
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
  if (error != std::errc{} || end != line.data() + line.size()) return std::nullopt;
  return size;
}

}  // namespace ztix::app
