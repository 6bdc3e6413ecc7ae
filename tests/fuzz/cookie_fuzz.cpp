#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/http/cookie.h"
#include "app/middleware/client_address.h"
#include "app/middleware/csrf.h"

/// Headers as they come: no crash, and a token is always of the form that we make.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ztix::app::HttpRequest request;
  request.peer_address = "127.0.0.1";
  request.headers.add("Cookie", text);
  request.headers.add("X-Forwarded-For", text);
  request.headers.add("Origin", text);
  if (const auto token = ztix::app::session_token(request); token && token->expose().size() != 43) std::abort();
  const auto address = ztix::app::client_address(request, {ztix::Prefix::parse("127.0.0.0/8").value()});
  if (!ztix::IpAddress::parse(address)) std::abort();
  if (ztix::app::check_same_origin(request, "https://ix.example.net") && text != "https://ix.example.net") std::abort();
  return 0;
}
