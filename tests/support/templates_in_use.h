#pragma once

/// @file tests/support/templates_in_use.h
/// Edited templates for what this process renders itself.

#include <stdexcept>
#include <vector>

#include "core/render/templates.h"
#include "tests/support/edited_templates.h"

namespace ztix::test {

/// This process renders with edited templates for as long as this object lives.
class TemplatesInUse {
 public:
  explicit TemplatesInUse(const std::vector<TemplateEdit>& edits) : templates_(edits) {
    const auto used = render::use_bird_templates(templates_.folder());
    if (!used) throw std::runtime_error(used.error().message);
  }
  TemplatesInUse(const TemplatesInUse&) = delete;
  TemplatesInUse& operator=(const TemplatesInUse&) = delete;
  ~TemplatesInUse() { static_cast<void>(render::use_bird_templates("")); }

 private:
  EditedTemplates templates_;
};

}  // namespace ztix::test
