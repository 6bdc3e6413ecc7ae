#include "tests/support/edited_templates.h"

#include <filesystem>
#include <stdexcept>

#include "tests/support/checkout.h"

namespace ztix::test {

EditedTemplates::EditedTemplates(const std::vector<TemplateEdit>& edits) {
  std::filesystem::copy(in_checkout("templates/bird"), folder_.path() + "/bird");
  for (const auto& edit : edits) {
    auto text = read_file(folder_.path() + "/bird/" + edit.file);
    const auto at = text.find(edit.from);
    if (at == std::string::npos) throw std::runtime_error(edit.file + " has no such text: " + edit.from);
    folder_.write("bird/" + edit.file, text.replace(at, edit.from.size(), edit.to));
  }
}

}  // namespace ztix::test
