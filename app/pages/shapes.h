#pragma once

/// @file app/pages/shapes.h
/// Which names each template may use. Constants of the program.

#include "app/pages/pages.h"
#include "core/render/shape.h"

namespace ztix::app {

[[nodiscard]] const render::Shape& shape_of(PageId page);
/// Below templates/, e.g. `html/login.mustache`.
[[nodiscard]] std::string_view template_of(PageId page) noexcept;

}  // namespace ztix::app
