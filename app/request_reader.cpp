#include "app/request_reader.h"

#include <istream>

#include <Poco/Exception.h>

#include "app/dispatcher.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

using Poco::Net::HTTPServerRequest;

constexpr std::size_t kLongestTarget = 4096;

Error bad(std::string message, std::string_view reason) {
  return fail(ErrorCode::invalid_argument, std::move(message)).with_reason(reason);
}

Error too_large() { return bad("The body is larger than 64 KiB.", "body_too_large"); }

/// How much body is to come: a number, or chunks.
struct Framing {
  bool chunked = false;
  std::size_t length = 0;
};

Result<Framing> framing_of(const Headers& headers) {
  const auto lengths = headers.count("Content-Length");
  const auto codings = headers.count("Transfer-Encoding");
  const auto framing = [] {
    return bad("The length of the body is given in a way that can be read in two ways.", "bad_framing");
  };
  if (lengths > 1 || codings > 1 || (lengths == 1 && codings == 1)) return framing();
  if (codings == 1) {
    if (headers.only("Transfer-Encoding") != "chunked") return framing();
    return Framing{true, 0};
  }
  if (lengths == 0) return Framing{};
  const auto length = parse_decimal<std::size_t>(*headers.only("Content-Length"));
  if (!length) return framing();
  if (*length > kLargestBody) return too_large();
  return Framing{false, *length};
}

Status read_body(std::istream& stream, const Framing& framing, std::string& body) {
  // One byte more than allowed tells a full body from one that is too large.
  const auto wanted = framing.chunked ? kLargestBody + 1 : framing.length;
  body.resize(wanted);
  stream.read(body.data(), static_cast<std::streamsize>(wanted));
  body.resize(static_cast<std::size_t>(stream.gcount()));
  if (framing.chunked && body.size() > kLargestBody) return too_large();
  if (!framing.chunked && body.size() < framing.length) return bad("The body ends too early.", "body_incomplete");
  return {};
}

}  // namespace

Status read_request(HTTPServerRequest& from, HttpRequest& request) {
  request.method = from.getMethod();
  request.peer_address = from.clientAddress().host().toString();
  for (const auto& [name, value] : from) request.headers.add(name, value);
  const auto& target = from.getURI();
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  if (target.size() > kLongestTarget || request.path.empty() || request.path.front() != '/') {
    return bad("This address cannot be read.", "bad_target");
  }
  ZTIX_ASSIGN(const auto framing, framing_of(request.headers));
  if (!framing.chunked && framing.length == 0) return {};
  if (from.getExpectContinue()) from.response().sendContinue();
  try {
    return read_body(from.stream(), framing, request.body);
  } catch (const Poco::Exception& problem) {
    return bad("The body did not arrive.", "body_incomplete").with_detail(problem.displayText());
  }
}

}  // namespace ztix::app
