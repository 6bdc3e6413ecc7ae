#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

std::string below(const char* top, std::string_view path) {
  return path.empty() ? top : std::string(top) + "/" + std::string(path);
}

}  // namespace

std::string in_checkout(std::string_view path) { return below(ZTIX_SOURCE_DIR, path); }

std::string in_build(std::string_view path) { return below(ZTIX_BINARY_DIR, path); }

}  // namespace ztix::test
