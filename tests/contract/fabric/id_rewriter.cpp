#include "tests/contract/fabric/id_rewriter.h"

#include <cctype>
#include <stdexcept>

namespace ztix::test {

namespace {

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  return text;
}

}  // namespace

void IdRewriter::map(const std::string& recorded, const std::string& actual) {
  if (recorded.size() != actual.size()) throw std::logic_error("ids of different length");
  actual_[recorded] = actual;
}

void IdRewriter::forget(const std::string& recorded) { actual_.erase(recorded); }

std::string IdRewriter::rewrite(std::string text) const {
  // One pass from left to right: what has been put in is never taken for a recorded id.
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    std::size_t taken = 0;
    for (const auto& [recorded, actual] : actual_) {
      if (text.compare(at, recorded.size(), recorded) == 0)
        result += actual;
      else if (text.compare(at, recorded.size(), upper(recorded)) == 0)
        result += upper(actual);
      else
        continue;
      taken = recorded.size();
      break;
    }
    if (taken == 0) result += text[at];
    at += taken == 0 ? 1 : taken;
  }
  return result;
}

}  // namespace ztix::test
