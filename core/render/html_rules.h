#pragma once

/// @file core/render/html_rules.h
/// Where in HTML escaping alone is not enough. Internal to core/render.

#include <string_view>

namespace ztix::render {

/// May a tag stand behind `before` (the template's text up to it)?
/// Refused are places that the HTML escaper does not make safe: inside `<script>` or `<style>`, in an attribute without
/// double quotes, in an `on…` handler or `style`, and at the beginning of a link unless the field is a checked url.
/// @return why not; empty = it may.
[[nodiscard]] std::string_view html_objection(std::string_view before, bool is_url) noexcept;

}  // namespace ztix::render
