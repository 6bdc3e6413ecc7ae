#pragma once

/// @file core/store/query_param.h
/// One bound value. Everything travels as text, which PostgreSQL parses by the statement's own types.

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "core/base/uuid.h"
#include "core/domain/asn.h"
#include "core/domain/states.h"
#include "core/domain/zerotier_id.h"
#include "core/net/ip_address.h"
#include "core/net/prefix.h"

namespace ztix::store {

/// Converts implicitly from what rows are made of, so that a call reads `execute(queries::x, {id, name, at})`.
/// nullopt (of any optional) is NULL; a vector is a one-dimensional array; an enum is its stored spelling.
class Param {
 public:
  // NOLINTBEGIN(google-explicit-constructor): see above.
  Param(std::nullopt_t) {}
  Param(bool value) : text_(value ? "true" : "false") {}
  Param(const char* text) : text_(text) {}
  Param(std::string_view text) : text_(text) {}
  Param(std::string text) : text_(std::move(text)) {}
  Param(const Uuid& id) : text_(id.text()) {}
  Param(domain::Asn asn) : text_(asn.text()) {}
  Param(const domain::NodeId& id) : text_(id.text()) {}
  Param(const domain::ZtNetworkId& id) : text_(id.text()) {}
  Param(const IpAddress& address) : text_(address.text()) {}
  Param(const Prefix& prefix) : text_(prefix.text()) {}
  Param(Timestamp at);

  template <class T>
  requires(std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>) Param(T number)
      : text_(std::to_string(number)) {}

  template <class Enum>
  requires(std::is_enum_v<Enum>&& requires(Enum value) { std::string(to_string(value)); }) Param(Enum value)
      : text_(std::string(to_string(value))) {}

  template <class T>
  Param(const std::optional<T>& value) {
    if (value) *this = Param(*value);
  }

  template <class T>
  Param(const std::vector<T>& items) {
    std::vector<Param> params;
    params.reserve(items.size());
    for (const auto& item : items) params.emplace_back(T(item));
    text_ = array_literal(params);
  }
  // NOLINTEND(google-explicit-constructor)

  /// nullptr = NULL.
  [[nodiscard]] const char* data() const noexcept { return text_ ? text_->c_str() : nullptr; }
  /// libpq's text format ends at a NUL: such a value would be stored cut off.
  [[nodiscard]] bool has_nul() const noexcept { return text_ && text_->find('\0') != std::string::npos; }

 private:
  static std::string array_literal(const std::vector<Param>& items);
  std::optional<std::string> text_;
};

}  // namespace ztix::store
