#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <nlohmann/json.hpp>

#include "app/http/json_body.h"

/// Whatever a client sends as a body: no crash, and what is accepted holds no NUL and is an object to any reader.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto body = ztix::app::JsonBody::parse(text);
  if (!body) return 0;
  for (const char* const field : {"asn", "zt_network_id", "node_id", "ipv4", "note", "message", "username"}) {
    const auto value = body->optional_text(field);
    if (value && *value && (*value)->find('\0') != std::string::npos) std::abort();
    static_cast<void>(body->number(field));
    static_cast<void>(body->optional_flag(field));
  }
  static_cast<void>(body->finish());
  if (!text.empty() && !nlohmann::json::parse(text, nullptr, false).is_object()) std::abort();
  return 0;
}
