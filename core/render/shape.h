#pragma once

/// @file core/render/shape.h
/// What a view model holds: the names a template may use, declared once in C++.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ztix::render {

/// How a name may be used in a template.
enum class FieldKind : std::uint8_t {
  text,    ///< `{{name}}`, escaped for the output; `{{#name}}` = it is not empty.
  url,     ///< as text, but holds only what may stand in `href="…"`: see is_safe_url().
  html,    ///< `{{{name}}}`: markup made by us, inserted as it is; HTML only.
  flag,    ///< `{{#name}}` and `{{^name}}` only.
  list,    ///< `{{#name}}` once for each item, `{{^name}}` when there is none.
  object,  ///< `{{#name}}` when it was given, `{{^name}}` when not.
};

/// One level of a view model. A template is checked against its Shape when it is compiled, every tag of it, also in
/// sections that are rarely rendered.
///
/// No name exists at two levels: mustache looks outwards for a missing inner name, so a forgotten `asn` of an item
/// would silently become the `asn` of the page.
class Shape {
 public:
  struct Field {
    std::string name;
    FieldKind kind;
    std::shared_ptr<const Shape> inner;  ///< of a list's items or an object; else null.
  };

  Shape& text(std::string_view name) { return add(name, FieldKind::text, nullptr); }
  Shape& url(std::string_view name) { return add(name, FieldKind::url, nullptr); }
  Shape& html(std::string_view name) { return add(name, FieldKind::html, nullptr); }
  Shape& flag(std::string_view name) { return add(name, FieldKind::flag, nullptr); }
  Shape& list(std::string_view name, Shape item);
  Shape& object(std::string_view name, Shape inner);
  /// Adds all fields of `other` to this level: what every page shares is declared once.
  Shape& include(const Shape& other);

  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return fields_; }
  [[nodiscard]] std::optional<std::size_t> find(std::string_view name) const noexcept;

 private:
  /// @throws std::logic_error for a name that is not `[a-z][a-z0-9_]*`, a second field of that name, or a name that
  ///         exists at two levels.
  Shape& add(std::string_view name, FieldKind kind, std::shared_ptr<const Shape> inner);
  [[nodiscard]] bool mentions(std::string_view name) const noexcept;

  std::vector<Field> fields_;
};

}  // namespace ztix::render
