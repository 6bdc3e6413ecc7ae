#pragma once

/// @file tests/support/edited_templates.h
/// BIRD's templates with something changed: another version of ZTIX, or a bad one.

#include <string>
#include <vector>

#include "tests/support/process.h"

namespace ztix::test {

/// In one file of templates/bird, one text instead of another.
struct TemplateEdit {
  std::string file;
  std::string from;
  std::string to;
};

/// A copy of the templates with the edits made, in a folder as use_bird_templates() and ZTIX_TEST_TEMPLATE_DIR take it.
class EditedTemplates {
 public:
  /// @throws std::runtime_error when a file does not have the text that an edit replaces.
  explicit EditedTemplates(const std::vector<TemplateEdit>& edits);
  [[nodiscard]] const std::string& folder() const noexcept { return folder_.path(); }

 private:
  TempFolder folder_;
};

}  // namespace ztix::test
