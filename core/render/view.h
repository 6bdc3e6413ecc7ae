#pragma once

/// @file core/render/view.h
/// The values that one rendering of a template gets.

#include <concepts>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/render/shape.h"

namespace ztix::render {

/// Values for one level of a Shape. Every misuse is a bug of ours and throws std::logic_error at once: an undeclared
/// name, a value of another kind, and (when rendered) a text or flag that was never set.
///
/// @code
/// View page(queue_page_shape());
/// page.set("title", "Requests").set("is_admin", true);
/// for (const auto& request : requests) page.append("requests").set("asn", request.asn.number());
/// @endcode
class View {
 public:
  using Value = std::variant<std::monostate, std::string, bool, std::vector<View>>;

  /// @param shape  must outlive the view; shapes are constants of the program.
  explicit View(const Shape& shape) : shape_(&shape), values_(shape.fields().size()) {}

  /// For text, url and html. A url that is_safe_url() refuses throws: pick links from what was validated on its way in.
  View& set(std::string_view name, std::string value);
  View& set(std::string_view name, std::string_view value) { return set(name, std::string(value)); }
  View& set(std::string_view name, const char* value) { return set(name, std::string(value)); }
  /// For flag. A template, so that no pointer turns into a bool by accident.
  View& set(std::string_view name, std::same_as<bool> auto value) { return set_flag(name, value); }
  template <std::integral T>
  requires(!std::same_as<T, bool>) View& set(std::string_view name, T value) {
    return set(name, std::to_string(value));
  }

  /// A new item at the end of a list. The reference is good until the next append to the same list.
  View& append(std::string_view list);
  /// Room for so many items, where it is known and matters.
  View& reserve(std::string_view list, std::size_t count);
  /// The object of that name, which exists from now on.
  View& object(std::string_view name);

  [[nodiscard]] const Shape& shape() const noexcept { return *shape_; }
  /// For the renderer: the value at the field's place in the shape.
  [[nodiscard]] const Value& value(std::size_t slot) const { return values_[slot]; }

 private:
  View& set_flag(std::string_view name, bool value);
  [[nodiscard]] std::size_t slot_of(std::string_view name);
  std::vector<View>& items(std::size_t slot);

  const Shape* shape_;
  std::vector<Value> values_;
  /// Fields are mostly set in the order of their declaration; then no search is needed.
  std::size_t next_ = 0;
};

}  // namespace ztix::render
