#include "core/render/templates.h"

#include <set>
#include <string>

#include "core/base/text.h"
#include "core/digest/digest.h"
#include "core/render/bird_views.h"
#include "core/render/template_scanner.h"
#include "generated/templates.h"

namespace ztix::render {

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

Status validate_templates() {
  return validate_templates("bird", {{"bird/root.mustache", &bird_root_shape(), Output::bird, {}},
                                     {"bird/object.mustache", &bird_object_shape(), Output::bird, {}}});
}

std::string bird_templates_digest() {
  std::string all;
  for (const auto& each : embedded_templates()) {
    const std::string_view name = each.name;
    if (!name.starts_with("bird/")) continue;
    // The lengths keep ("a", "bc") and ("ab", "c") apart.
    const std::string_view text = each.text;
    all += std::to_string(name.size()) + ' ' + std::to_string(text.size()) + ' ';
    all += name;
    all += text;
  }
  return digest::sha256_hex(all);
}

}  // namespace ztix::render
