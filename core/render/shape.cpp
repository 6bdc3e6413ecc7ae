#include "core/render/shape.h"

#include <algorithm>
#include <stdexcept>

namespace ztix::render {
namespace {

bool is_field_name(std::string_view name) noexcept {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

Shape& Shape::list(std::string_view name, Shape item) {
  return add(name, FieldKind::list, std::make_shared<const Shape>(std::move(item)));
}

Shape& Shape::object(std::string_view name, Shape inner) {
  return add(name, FieldKind::object, std::make_shared<const Shape>(std::move(inner)));
}

Shape& Shape::include(const Shape& other) {
  for (const auto& field : other.fields_) add(field.name, field.kind, field.inner);
  return *this;
}

std::optional<std::size_t> Shape::find(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return i;
  }
  return std::nullopt;
}

bool Shape::mentions(std::string_view name) const noexcept {
  return std::any_of(fields_.begin(), fields_.end(), [&](const Field& field) {
    return field.name == name || (field.inner != nullptr && field.inner->mentions(name));
  });
}

Shape& Shape::add(std::string_view name, FieldKind kind, std::shared_ptr<const Shape> inner) {
  const std::string text(name);
  if (!is_field_name(name)) throw std::logic_error("Shape: not a field name: " + text);
  if (mentions(name)) throw std::logic_error("Shape: the name exists already, here or further in: " + text);
  if (inner != nullptr) {
    const auto clash = [&](const Field& field) { return inner->mentions(field.name); };
    if (inner->mentions(name) || std::any_of(fields_.begin(), fields_.end(), clash)) {
      throw std::logic_error("Shape: " + text + " repeats a name of an outer level");
    }
  }
  fields_.push_back(Field{text, kind, std::move(inner)});
  return *this;
}

}  // namespace ztix::render
