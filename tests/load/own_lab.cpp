#include "tests/load/own_lab.h"

#include <cstdio>
#include <filesystem>
#include <functional>

#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

namespace fs = std::filesystem;

/// A lab finds its name by its folder: a copy of its scripts is a lab of its own. One name for each checkout, so that
/// what a killed test left is found and taken down.
std::string copy_of_scripts(const std::string& name) {
  const auto source = in_checkout("");
  const auto folder = "/tmp/ztix-" + name + "-" + std::to_string(std::hash<std::string>{}(source));
  fs::create_directories(folder);
  for (const std::string part : {"lab", "route-server", "deploy"}) {
    fs::copy(source + "/" + part, folder + "/" + part,
             fs::copy_options::recursive | fs::copy_options::overwrite_existing);
  }
  return folder;
}

void take_down(const std::string& checkout) {
  const auto done = run({checkout + "/lab/down"});
  if (done.exit_code != 0) std::fprintf(stderr, "lab/down in %s: %s\n", checkout.c_str(), done.err.c_str());
}

}  // namespace

OwnLab::OwnLab(const std::string& name, const std::vector<std::string>& options,
               const std::vector<std::string>& settings)
    : checkout_(copy_of_scripts(name)) {
  take_down(checkout_);
  std::vector<std::string> up{"env", "ZTIX_BUILD_DIR=" + in_build("")};
  up.insert(up.end(), settings.begin(), settings.end());
  up.insert(up.end(), {checkout_ + "/lab/up", "--no-build"});
  up.insert(up.end(), options.begin(), options.end());
  try {
    run_or_throw(up);
    lab_ = std::make_unique<Lab>(checkout_);
  } catch (...) {
    take_down(checkout_);
    throw;
  }
}

OwnLab::~OwnLab() {
  lab_.reset();
  take_down(checkout_);
  std::error_code ignored;
  fs::remove_all(checkout_, ignored);
}

}  // namespace ztix::test
