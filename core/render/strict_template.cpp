#include "core/render/strict_template.h"

#include <algorithm>
#include <stdexcept>

#include "core/render/template_program.h"
#include "core/render/template_scanner.h"
#include "generated/templates.h"

namespace ztix::render {

struct StrictTemplate::Program {
  const Shape* shape;
  Output output;
  std::vector<Node> nodes;
};

namespace {

using Items = std::vector<View>;

class Rendering {
 public:
  explicit Rendering(Output output) : output_(output) { out_.reserve(4096); }

  /// false: see fault(). A Status for each tag would cost more than the tag.
  bool run(const std::vector<Node>& nodes, const View& view) {
    open_.push_back(&view);
    if (!all(nodes)) return false;
    open_.pop_back();
    return true;
  }
  std::string take() { return std::move(out_); }
  [[nodiscard]] Error fault() const {
    return template_fault(unfit_->file, unfit_->line, "the value of " + unfit_->text + " cannot be written here");
  }

 private:
  bool all(const std::vector<Node>& nodes) {
    return std::all_of(nodes.begin(), nodes.end(), [this](const Node& node) {
      if (node.kind != NodeKind::literal) return node.kind == NodeKind::value ? value(node) : section(node);
      out_ += node.text;
      return true;
    });
  }

  const View::Value& held(const Node& node) const { return open_[node.depth]->value(node.slot); }

  bool value(const Node& node) {
    const auto* text = std::get_if<std::string>(&held(node));
    if (text == nullptr) throw std::logic_error("View: " + node.text + " was never set");
    if (node.raw) {
      out_ += *text;
    } else if (!append_escaped(out_, *text, output_)) {
      unfit_ = &node;
      return false;
    }
    return true;
  }

  bool section(const Node& node) {
    const auto& value = held(node);
    const bool wanted = node.kind == NodeKind::section;
    if (const auto* items = std::get_if<Items>(&value)) {
      if (!wanted) return !items->empty() || all(node.children);
      return std::all_of(items->begin(), items->end(), [&](const View& item) { return run(node.children, item); });
    }
    return is_true(node, value) != wanted || all(node.children);
  }

  [[nodiscard]] bool is_true(const Node& node, const View::Value& value) const {
    if (const auto* flag = std::get_if<bool>(&value)) return *flag;
    if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
    // An untouched list is empty and an untouched object absent, but a text or flag was forgotten.
    const auto kind = open_[node.depth]->shape().fields()[node.slot].kind;
    if (kind != FieldKind::list && kind != FieldKind::object) {
      throw std::logic_error("View: " + node.text + " was never set");
    }
    return false;
  }

  Output output_;
  std::string out_;
  std::vector<const View*> open_;
  /// The node whose value the output cannot hold.
  const Node* unfit_ = nullptr;
};

}  // namespace

std::optional<std::string_view> embedded_template(std::string_view name) {
  for (const auto& each : embedded_templates()) {
    if (name == each.name) return each.text;
  }
  return std::nullopt;
}

Result<StrictTemplate> StrictTemplate::compile(const TemplateDeclaration& declaration, const TemplateSource& source) {
  ZTIX_ASSIGN(auto nodes, build_program(declaration, source));
  return StrictTemplate(
      std::make_shared<const Program>(Program{declaration.shape, declaration.output, std::move(nodes)}));
}

Result<std::string> StrictTemplate::render(const View& view) const {
  if (&view.shape() != program_->shape) throw std::logic_error("StrictTemplate: the view is of another shape");
  Rendering rendering(program_->output);
  if (!rendering.run(program_->nodes, view)) return rendering.fault();
  return rendering.take();
}

}  // namespace ztix::render
