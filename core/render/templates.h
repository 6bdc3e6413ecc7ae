#pragma once

/// @file core/render/templates.h
/// All templates of a folder are checked before a program does anything else.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/render/strict_template.h"

namespace ztix::render {

/// Compiles every declared template of `folder` and reports all faults at once, one a line, with file and line. A file
/// of the folder that no declaration reaches is a fault, too: nobody would ever check it.
///
/// @param folder  first part of the names, e.g. `html`.
/// @return invalid_argument with all faults in `message`.
[[nodiscard]] Status validate_templates(std::string_view folder, const std::vector<TemplateDeclaration>& declarations);

/// The same for templates/bird, which every program may render.
[[nodiscard]] Status validate_templates();

/// Test only: from now on templates/bird are read from the folder `bird` below `folder`, for the whole process; an
/// empty name brings back those that are built in. What was rendered before stays in its ObjectCache.
/// @return invalid_argument with all faults when they do not compile; the ones before stay then.
[[nodiscard]] Status use_bird_templates(const std::string& folder);

/// A template of templates/bird as it is now, compiled.
/// @throws std::logic_error when it does not compile: programs call validate_templates() first.
[[nodiscard]] StrictTemplate bird_template(const std::string& name, const Shape& shape);

/// SHA-256, hex, over names and texts of templates/bird: a part of every revision, since other templates make other
/// bytes from the same memberships.
[[nodiscard]] std::string bird_templates_digest();

}  // namespace ztix::render
