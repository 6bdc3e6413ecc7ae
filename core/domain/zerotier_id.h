#pragma once

/// @file core/domain/zerotier_id.h
/// ZeroTier identifiers. A controller creates what it does not know and copies the case it is given, so an id is
/// checked and lower-cased before it goes anywhere near a URL.

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ztix::domain {

/// Ten hex digits naming a node. All zeros (answered but never stored) and addresses beginning with `ff` (reserved by
/// ZeroTier) are refused.
class NodeId {
 public:
  [[nodiscard]] static std::optional<NodeId> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  friend auto operator<=>(const NodeId&, const NodeId&) = default;

 private:
  explicit NodeId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Sixteen hex digits naming a network; the first ten are its controller's node id.
class ZtNetworkId {
 public:
  [[nodiscard]] static std::optional<ZtNetworkId> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const noexcept { return text_; }
  [[nodiscard]] std::string controller_address() const { return text_.substr(0, 10); }
  friend auto operator<=>(const ZtNetworkId&, const ZtNetworkId&) = default;

 private:
  explicit ZtNetworkId(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace ztix::domain
