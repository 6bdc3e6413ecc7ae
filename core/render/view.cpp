#include "core/render/view.h"

#include <stdexcept>

#include "core/render/escape.h"

namespace ztix::render {
namespace {

[[noreturn]] void misuse(std::string_view name, std::string_view why) {
  throw std::logic_error("View: " + std::string(name) + " " + std::string(why));
}

}  // namespace

View& View::set(std::string_view name, std::string value) {
  const auto slot = slot_of(name);
  switch (shape_->fields()[slot].kind) {
    case FieldKind::url:
      if (!is_safe_url(value)) misuse(name, "is no address that may stand in a link");
      break;
    case FieldKind::text:
    case FieldKind::html:
      break;
    case FieldKind::flag:
    case FieldKind::list:
    case FieldKind::object:
      misuse(name, "holds no text");
  }
  values_[slot] = std::move(value);
  return *this;
}

View& View::set_flag(std::string_view name, bool value) {
  const auto slot = slot_of(name);
  if (shape_->fields()[slot].kind != FieldKind::flag) misuse(name, "is not a flag");
  values_[slot] = value;
  return *this;
}

View& View::append(std::string_view list) {
  const auto slot = slot_of(list);
  const auto& field = shape_->fields()[slot];
  if (field.kind != FieldKind::list) misuse(list, "is not a list");
  return items(slot).emplace_back(*field.inner);
}

View& View::reserve(std::string_view list, std::size_t count) {
  const auto slot = slot_of(list);
  if (shape_->fields()[slot].kind != FieldKind::list) misuse(list, "is not a list");
  items(slot).reserve(count);
  return *this;
}

View& View::object(std::string_view name) {
  const auto slot = slot_of(name);
  const auto& field = shape_->fields()[slot];
  if (field.kind != FieldKind::object) misuse(name, "is not an object");
  auto& held = items(slot);
  return held.empty() ? held.emplace_back(*field.inner) : held.front();
}

std::size_t View::slot_of(std::string_view name) {
  const auto& fields = shape_->fields();
  if (next_ < fields.size() && fields[next_].name == name) return next_++;
  const auto slot = shape_->find(name);
  if (!slot) misuse(name, "is not declared");
  next_ = *slot + 1;
  return *slot;
}

std::vector<View>& View::items(std::size_t slot) {
  if (!std::holds_alternative<std::vector<View>>(values_[slot])) values_[slot] = std::vector<View>{};
  return std::get<std::vector<View>>(values_[slot]);
}

}  // namespace ztix::render
