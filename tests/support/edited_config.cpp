#include "tests/support/edited_config.h"

#include <stdexcept>

#include "core/digest/digest.h"

namespace ztix::test {
namespace {

int replace_all(std::string& text, const std::string& from, const std::string& to) {
  int count = 0;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    ++count;
  }
  return count;
}

}  // namespace

void edit_root(service::ConfigText& config, const std::string& from, const std::string& to) {
  if (replace_all(config.root, from, to) == 0) throw std::runtime_error("no such line in the root: " + from);
}

void edit_objects(service::ConfigText& config, const std::string& mark, const std::string& from,
                  const std::string& to) {
  int count = 0;
  const auto before = config.objects;
  for (const auto& [digest, text] : before) {
    auto edited = *text;
    if (edited.find(mark) == std::string::npos || replace_all(edited, from, to) == 0) continue;
    const auto fresh = digest::sha256_hex(edited);
    config.objects.erase(digest);
    config.objects.emplace(fresh, std::make_shared<const std::string>(std::move(edited)));
    edit_root(config, digest, fresh);
    ++count;
  }
  if (count == 0) throw std::runtime_error("no such line in an object: " + from);
}

}  // namespace ztix::test
