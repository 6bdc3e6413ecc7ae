#include "core/identity/jwt.h"

#include <nlohmann/json.hpp>

#include "core/base/base64url.h"
#include "core/base/text.h"

namespace ztix::identity {
namespace {

constexpr std::size_t kLongest = 16'384;

std::optional<std::string> text_in(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

std::optional<Jwt> parse_jwt(std::string_view text) {
  if (text.size() > kLongest) return std::nullopt;
  const auto parts = split(text, '.');
  if (parts.size() != 3) return std::nullopt;
  const auto header_text = from_base64url(parts[0]);
  auto payload = from_base64url(parts[1]);
  auto signature = from_base64url(parts[2]);
  if (!header_text || !payload || !signature) return std::nullopt;
  const auto header = nlohmann::json::parse(*header_text, nullptr, false);
  if (!header.is_object() || header.contains("crit")) return std::nullopt;
  auto algorithm = text_in(header, "alg");
  auto key_id = text_in(header, "kid");
  if (!algorithm || !key_id) return std::nullopt;
  return Jwt{std::move(*algorithm), std::move(*key_id),
             std::string(text.substr(0, parts[0].size() + 1 + parts[1].size())), std::move(*signature),
             std::move(*payload)};
}

}  // namespace ztix::identity
