#include "core/render/template_program.h"

#include <algorithm>

#include "core/render/html_rules.h"
#include "core/render/template_scanner.h"

namespace ztix::render {
namespace {

/// Compiles one file after the other into one tree; partials are inlined at their place.
class Compiler {
 public:
  Compiler(const TemplateDeclaration& declaration, const TemplateSource& source)
      : declaration_(declaration), source_(source), shapes_{declaration.shape} {}

  Result<std::vector<Node>> run() {
    std::vector<Node> program;
    ZTIX_CHECK(file(declaration_.layout.empty() ? declaration_.name : declaration_.layout, {"", 0}, program));
    if (!declaration_.layout.empty() && !page_inserted_) {
      return template_fault(declaration_.layout, 1, "a layout must say {{> page}} once");
    }
    return program;
  }

 private:
  struct Place {
    std::string_view file;
    int line;
  };
  struct Cursor {
    std::string file;
    std::string_view text;
    std::vector<Token> tokens;
    std::size_t next = 0;
  };

  Status file(const std::string& name, Place from, std::vector<Node>& out) {
    const auto text = source_(name);
    if (!text) return template_fault(from.file.empty() ? name : from.file, from.line, "there is no template " + name);
    if (std::find(open_files_.begin(), open_files_.end(), name) != open_files_.end()) {
      return template_fault(from.file, from.line, name + " includes itself");
    }
    open_files_.push_back(name);
    Cursor cursor{name, *text, {}, 0};
    ZTIX_ASSIGN(cursor.tokens, scan_template(name, *text));
    ZTIX_CHECK(block(cursor, nullptr, out));
    open_files_.pop_back();
    return {};
  }

  /// Nodes up to the end of the file, or up to the tag that closes `section`.
  Status block(Cursor& cursor, const Token* section, std::vector<Node>& out) {
    while (cursor.next < cursor.tokens.size()) {
      const Token& token = cursor.tokens[cursor.next++];
      if (token.kind == TokenKind::close) {
        if (section == nullptr || section->text != token.text) {
          return template_fault(cursor.file, token.line, "{{/" + std::string(token.text) + "}} closes nothing");
        }
        return {};
      }
      ZTIX_CHECK(node(cursor, token, out));
    }
    if (section == nullptr) return {};
    return template_fault(cursor.file, section->line, "{{#" + std::string(section->text) + "}} is not closed");
  }

  Status node(Cursor& cursor, const Token& token, std::vector<Node>& out) {
    switch (token.kind) {
      case TokenKind::literal: {
        Node literal;
        literal.text = token.text;
        out.push_back(std::move(literal));
        return {};
      }
      case TokenKind::partial:
        return partial(cursor, token, out);
      case TokenKind::value:
      case TokenKind::raw:
        return value(cursor, token, out);
      case TokenKind::section:
      case TokenKind::inverted:
        return section(cursor, token, out);
      case TokenKind::close:
        break;
    }
    throw std::logic_error("template_program: a close tag is handled by its block");
  }

  Status partial(const Cursor& cursor, const Token& token, std::vector<Node>& out) {
    const Place here{cursor.file, token.line};
    if (token.text != "page" || declaration_.layout.empty())
      return file(std::string(token.text) + ".mustache", here, out);
    if (page_inserted_) return template_fault(here.file, here.line, "a layout must say {{> page}} once");
    page_inserted_ = true;
    return file(declaration_.name, here, out);
  }

  Status value(const Cursor& cursor, const Token& token, std::vector<Node>& out) {
    ZTIX_ASSIGN(Node made, resolve(cursor, token));
    const auto kind = kind_of(made);
    const bool raw = token.kind == TokenKind::raw;
    if (raw && (declaration_.output != Output::html || kind != FieldKind::html)) {
      return fault(cursor, token, "must not be inserted raw");
    }
    if (!raw && kind != FieldKind::text && kind != FieldKind::url) {
      return fault(cursor, token, kind == FieldKind::html ? "is markup, write {{{name}}}" : "is no text");
    }
    if (declaration_.output == Output::html && !raw) {
      const auto objection = html_objection(cursor.text.substr(0, token.position), kind == FieldKind::url);
      if (!objection.empty()) return fault(cursor, token, objection);
    }
    made.kind = NodeKind::value;
    made.raw = raw;
    out.push_back(std::move(made));
    return {};
  }

  Status section(Cursor& cursor, const Token& token, std::vector<Node>& out) {
    ZTIX_ASSIGN(Node made, resolve(cursor, token));
    made.kind = token.kind == TokenKind::section ? NodeKind::section : NodeKind::inverted;
    const auto& inner = shapes_[made.depth]->fields()[made.slot].inner;
    const bool enters = inner != nullptr && made.kind == NodeKind::section;
    if (enters) shapes_.push_back(inner.get());
    ZTIX_CHECK(block(cursor, &token, made.children));
    if (enters) shapes_.pop_back();
    out.push_back(std::move(made));
    return {};
  }

  /// The innermost open level that declares the name; no other can (see Shape).
  Result<Node> resolve(const Cursor& cursor, const Token& token) const {
    for (std::size_t depth = shapes_.size(); depth-- > 0;) {
      if (const auto slot = shapes_[depth]->find(token.text)) {
        Node made;
        made.text = token.text;
        made.depth = depth;
        made.slot = *slot;
        made.file = cursor.file;
        made.line = token.line;
        return made;
      }
    }
    return fault(cursor, token, "is not declared here");
  }

  [[nodiscard]] FieldKind kind_of(const Node& made) const { return shapes_[made.depth]->fields()[made.slot].kind; }

  static Error fault(const Cursor& cursor, const Token& token, std::string_view what) {
    return template_fault(cursor.file, token.line, std::string(token.text) + " " + std::string(what));
  }

  const TemplateDeclaration& declaration_;
  const TemplateSource& source_;
  std::vector<const Shape*> shapes_;
  std::vector<std::string> open_files_;
  bool page_inserted_ = false;
};

}  // namespace

Result<std::vector<Node>> build_program(const TemplateDeclaration& declaration, const TemplateSource& source) {
  if (declaration.shape == nullptr) throw std::logic_error("TemplateDeclaration: no shape");
  return Compiler(declaration, source).run();
}

}  // namespace ztix::render
