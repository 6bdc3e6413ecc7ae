#include "core/domain/zerotier_id.h"

#include "core/base/text.h"

namespace ztix::domain {
namespace {

std::optional<std::string> lower_hex_of_length(std::string_view text, std::size_t length) {
  if (text.size() != length) return std::nullopt;
  auto lower = to_lower(text);
  if (!is_lower_hex(lower)) return std::nullopt;
  return lower;
}

}  // namespace

std::optional<NodeId> NodeId::parse(std::string_view text) {
  auto id = lower_hex_of_length(text, 10);
  if (!id || *id == "0000000000" || id->starts_with("ff")) return std::nullopt;
  return NodeId(std::move(*id));
}

std::optional<ZtNetworkId> ZtNetworkId::parse(std::string_view text) {
  auto id = lower_hex_of_length(text, 16);
  if (!id || !NodeId::parse(id->substr(0, 10))) return std::nullopt;
  return ZtNetworkId(std::move(*id));
}

}  // namespace ztix::domain
