#include "core/render/templates.h"

#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>

#include "core/base/guarded.h"
#include "core/base/text.h"
#include "core/digest/digest.h"
#include "core/render/bird_views.h"
#include "core/render/template_scanner.h"
#include "generated/templates.h"

namespace ztix::render {
namespace {

const std::vector<TemplateDeclaration>& bird_declarations() {
  static const std::vector<TemplateDeclaration> all{{"bird/root.mustache", &bird_root_shape(), Output::bird, {}},
                                                    {"bird/object.mustache", &bird_object_shape(), Output::bird, {}}};
  return all;
}

/// Names and texts of templates/bird, those built in or, in a test, others; and what was compiled of them.
struct BirdTemplates {
  std::map<std::string, std::string, std::less<>> texts;
  std::map<std::string, StrictTemplate, std::less<>> compiled;

  [[nodiscard]] std::optional<std::string_view> text(std::string_view name) const {
    const auto found = texts.find(name);
    return found == texts.end() ? std::nullopt : std::optional<std::string_view>(found->second);
  }
};

BirdTemplates built_in() {
  BirdTemplates all;
  for (const auto& each : embedded_templates()) {
    if (std::string_view(each.name).starts_with("bird/")) all.texts.emplace(each.name, each.text);
  }
  return all;
}

Guarded<BirdTemplates>& bird_templates() {
  static Guarded<BirdTemplates> all{built_in()};
  return all;
}

}  // namespace

Status validate_templates(std::string_view folder, const std::vector<TemplateDeclaration>& declarations) {
  std::set<std::string, std::less<>> reached;
  const TemplateSource source = [&](std::string_view name) {
    reached.emplace(name);
    return embedded_template(name);
  };
  std::vector<std::string> faults;
  for (const auto& declaration : declarations) {
    if (const auto made = StrictTemplate::compile(declaration, source); !made) faults.push_back(made.error().message);
  }
  for (const auto& each : embedded_templates()) {
    const std::string_view name = each.name;
    if (!name.starts_with(std::string(folder) + "/") || reached.contains(name)) continue;
    // A fault above may have hidden the place that includes this file.
    if (faults.empty()) faults.push_back(template_fault(name, 1, "no declared template uses this file").message);
  }
  if (faults.empty()) return {};
  return fail(ErrorCode::invalid_argument, join(faults, "\n"));
}

Status validate_templates() { return validate_templates("bird", bird_declarations()); }

Status use_bird_templates(const std::string& folder) {
  BirdTemplates wanted = built_in();
  for (auto& [name, text] : wanted.texts) {
    if (folder.empty()) break;
    std::ifstream file(folder + "/" + name, std::ios::binary);
    std::ostringstream read;
    read << file.rdbuf();
    if (!file) return template_fault(name, 1, "cannot be read in " + folder);
    text = read.str();
  }
  const TemplateSource source = [&wanted](std::string_view name) { return wanted.text(name); };
  for (const auto& declaration : bird_declarations()) ZTIX_CHECK(StrictTemplate::compile(declaration, source));
  bird_templates().with([&wanted](BirdTemplates& all) { all = std::move(wanted); });
  return {};
}

StrictTemplate bird_template(const std::string& name, const Shape& shape) {
  return bird_templates().with([&](BirdTemplates& all) {
    const auto found = all.compiled.find(name);
    if (found != all.compiled.end()) return found->second;
    const TemplateSource source = [&all](std::string_view part) { return all.text(part); };
    auto made = StrictTemplate::compile({name, &shape, Output::bird, {}}, source);
    if (!made) throw std::logic_error(made.error().message);
    return all.compiled.emplace(name, std::move(*made)).first->second;
  });
}

std::string bird_templates_digest() {
  return bird_templates().with([](const BirdTemplates& templates) {
    std::string all;
    for (const auto& [name, text] : templates.texts) {
      // The lengths keep ("a", "bc") and ("ab", "c") apart.
      all += std::to_string(name.size()) + ' ' + std::to_string(text.size()) + ' ';
      all += name;
      all += text;
    }
    return digest::sha256_hex(all);
  });
}

}  // namespace ztix::render
