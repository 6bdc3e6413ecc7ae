#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/http/head.h"

/// The head of a request as it comes: no crash, and what is accepted can be read in one way only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto chunk = ztix::app::parse_chunk_size(text); chunk && (size == 0 || size > 8)) std::abort();
  const auto head = ztix::app::parse_head(text);
  if (!head) return 0;
  const auto& headers = head->request.headers;
  if (head->request.path.empty() || head->request.path.front() != '/') std::abort();
  if (headers.count("Content-Length") + headers.count("Transfer-Encoding") > 1 || headers.count("Host") > 1) {
    std::abort();
  }
  if (head->framing.chunked && head->framing.length != 0) std::abort();
  for (const auto& [name, value] : headers.all()) {
    if (name.empty() || name.find_first_of(" \t\r\n:") != std::string::npos) std::abort();
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) std::abort();
  }
  return 0;
}
