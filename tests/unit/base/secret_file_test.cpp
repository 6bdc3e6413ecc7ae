#include "core/base/secret_file.h"

#include <atomic>
#include <filesystem>
#include <iterator>
#include <thread>

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "tests/support/process.h"

namespace ztix {
namespace {

std::ptrdiff_t files_in(const std::string& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator());
}

unsigned mode_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 07777U : 0;
}

TEST_CASE("[identity 30] Under 1,000 rewrites a reader never sees a secret file that is short or mixed") {
  const test::TempFolder folder;
  const auto path = folder.path() + "/secret";
  // Several pages, so that a file written in place is there half for a while.
  const std::string one(30'000, '1');
  const std::string two(50'000, '2');
  REQUIRE(write_secret_file(path, one));
  std::atomic<bool> done = false;
  std::atomic<int> ones = 0;
  std::atomic<int> twos = 0;
  std::atomic<int> others = 0;
  std::thread reader([&] {
    while (!done) {
      const auto text = test::read_file(path);
      ++(text == one ? ones : text == two ? twos : others);
    }
  });
  for (int i = 0; i < 1'000; ++i) CHECK(write_secret_file(path, i % 2 == 0 ? two : one));
  done = true;
  reader.join();
  CHECK(others == 0);
  CHECK(ones > 10);
  CHECK(twos > 10);
  CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("[identity 30] A secret file is its owner's alone, whatever the umask and the old file say") {
  const test::TempFolder folder;
  const auto path = folder.write("secret", "old");
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  const auto before = ::umask(0);
  const auto written = write_secret_file(path, "new");
  ::umask(before);
  REQUIRE(written);
  CHECK(mode_of(path) == 0600);
  CHECK(test::read_file(path) == "new");
}

TEST_CASE("[identity 30] A secret file that cannot be written leaves the old one, and nothing beside it") {
  const test::TempFolder folder;
  CHECK(write_secret_file(folder.path() + "/missing/secret", "x").error().code == ErrorCode::unavailable);
  // A folder of that name: everything works but the last step.
  const auto taken = folder.path() + "/taken";
  std::filesystem::create_directories(taken + "/inside");
  CHECK(write_secret_file(taken, "x").error().message.find(taken) != std::string::npos);
  CHECK(files_in(folder.path()) == 1);
  CHECK(files_in(taken) == 1);
}

}  // namespace
}  // namespace ztix
