#pragma once

/// @file core/render/template_program.h
/// A checked template as a tree, with every name already resolved to a place in the view. Internal to core/render.

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/render/strict_template.h"

namespace ztix::render {

enum class NodeKind : std::uint8_t { literal, value, section, inverted };

struct Node {
  NodeKind kind = NodeKind::literal;
  /// The literal; else the field's name, for messages.
  std::string text;
  /// Which view of those open at this place (0 = outermost), and the field's place in it.
  std::size_t depth = 0;
  std::size_t slot = 0;
  bool raw = false;
  /// For messages: where the tag stands.
  std::string file;
  int line = 0;
  std::vector<Node> children;
};

/// The checks of StrictTemplate::compile().
[[nodiscard]] Result<std::vector<Node>> build_program(const TemplateDeclaration& declaration,
                                                      const TemplateSource& source);

}  // namespace ztix::render
