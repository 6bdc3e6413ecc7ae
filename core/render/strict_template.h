#pragma once

/// @file core/render/strict_template.h
/// Mustache made strict: what a template says is checked against its view model before anything is rendered.
///
/// Ordinary mustache renders an unknown name as nothing, takes an outer value for a missing inner one, renders nothing
/// for an unclosed section and lets any template switch escaping off. Each of these is an error here, found when the
/// template is compiled and told with file and line. Why this is no third-party engine: docs/decisions.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/render/escape.h"
#include "core/render/shape.h"
#include "core/render/view.h"

namespace ztix::render {

/// The text of a template by its name below templates/ (`html/queue.mustache`); nullopt = there is none.
using TemplateSource = std::function<std::optional<std::string_view>(std::string_view name)>;

/// The templates that are built into the program.
[[nodiscard]] std::optional<std::string_view> embedded_template(std::string_view name);

/// What a template is compiled from.
struct TemplateDeclaration {
  /// Below templates/, e.g. `html/queue.mustache`.
  std::string name;
  /// Constant of the program; must outlive the template.
  const Shape* shape = nullptr;
  Output output = Output::html;
  /// A template around this one, e.g. `html/layout.mustache`; it puts this one where it says `{{> page}}`. Both see the
  /// same view. Empty = none.
  std::string layout = {};
};

/// A compiled template. Immutable and cheap to copy; render() may be called from any number of threads.
class StrictTemplate {
 public:
  /// `{{> html/part}}` inserts `html/part.mustache`, which sees the names of the place where it is inserted.
  ///
  /// @return the template, or invalid_argument with `templates/FILE:LINE: what`: a file that is missing or includes
  /// itself, a
  ///         name that its place does not declare, a tag whose kind does not fit the name, a section that is not
  ///         closed, raw insertion of anything but a `html` field (and of anything at all outside HTML), a tag inside
  ///         `<script>` or `<style>`, an unquoted attribute, or a text that begins a `href`, `src` or `action`.
  [[nodiscard]] static Result<StrictTemplate> compile(const TemplateDeclaration& declaration,
                                                      const TemplateSource& source = embedded_template);

  /// @return the text, or invalid_argument naming file, line and field (never the value) when the output cannot hold a
  ///         value; that happens with Output::bird only.
  /// @throws std::logic_error when the view is of another shape or lacks a text or flag.
  [[nodiscard]] Result<std::string> render(const View& view) const;

 private:
  struct Program;
  explicit StrictTemplate(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::shared_ptr<const Program> program_;
};

}  // namespace ztix::render
