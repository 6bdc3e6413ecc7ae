#include "core/base/crash_point.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ztix {
namespace {

constexpr int kWentOn = 3;
constexpr int kThrew = 4;

void arm(const char* at, const char* action, const std::string& report) {
  ::setenv("ZTIX_CRASH_AT", at, 1);
  ::setenv("ZTIX_CRASH_ACTION", action, 1);
  ::setenv("ZTIX_CRASH_REPORT", report.c_str(), 1);
}

/// A process of its own (the environment is read once) that reaches `test.after` three times. @return its wait status
/// (stopped counts as well).
int child_status(const char* at, const char* action, const std::string& report, pid_t& child) {
  child = ::fork();
  if (child == 0) {
    arm(at, action, report);
    try {
      for (int i = 0; i < 3; ++i) crash_point("test.after");
    } catch (const std::runtime_error&) {
      ::_exit(kThrew);
    }
    ::_exit(kWentOn);
  }
  int status = 0;
  ::waitpid(child, &status, WUNTRACED);
  return status;
}

struct Report {
  Report() : path(std::filesystem::temp_directory_path() / ("ztix-crash-point-" + std::to_string(::getpid()))) {}
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;
  ~Report() { std::filesystem::remove(path); }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::filesystem::path path;
};

TEST_CASE("A crash point that nobody armed does nothing") {
  const Report report;
  pid_t child = 0;
  CHECK(WEXITSTATUS(child_status("", "exit", report.path, child)) == kWentOn);
  CHECK(report.text().empty());
}

TEST_CASE("An armed crash point reports itself and ends the process at the asked-for visit") {
  const Report report;
  pid_t child = 0;
  const int died = child_status("test.after:2", "exit", report.path, child);
  REQUIRE(WIFEXITED(died));
  CHECK(WEXITSTATUS(died) == 137);
  CHECK(report.text() == "test.after\n");
  CHECK(WEXITSTATUS(child_status("test.after:4", "exit", report.path, child)) == kWentOn);
  CHECK(WEXITSTATUS(child_status("another.after", "exit", report.path, child)) == kWentOn);
  CHECK(report.text() == "test.after\n");
}

TEST_CASE("An armed crash point can throw as a bug would") {
  const Report report;
  pid_t child = 0;
  CHECK(WEXITSTATUS(child_status("test.after", "throw", report.path, child)) == kThrew);
}

TEST_CASE("An armed crash point can stop the process, which goes on when it is continued") {
  const Report report;
  pid_t child = 0;
  const int stopped = child_status("test.after", "stop", report.path, child);
  REQUIRE(WIFSTOPPED(stopped));
  CHECK(report.text() == "test.after\n");
  ::kill(child, SIGCONT);
  int status = 0;
  ::waitpid(child, &status, 0);
  CHECK(WEXITSTATUS(status) == kWentOn);
}

TEST_CASE("A thread that stops the process goes no further itself, whatever the others do") {
  const Report report;
  for (int round = 0; round < 50; ++round) {
    std::array<int, 2> passed{};
    REQUIRE(::pipe(passed.data()) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      arm("test.after", "stop", report.path);
      const std::jthread thread([&passed] {
        crash_point("test.after");
        static_cast<void>(::write(passed[1], "passed", 6));
      });
      for (;;) ::pause();
    }
    ::close(passed[1]);
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    CHECK(WIFSTOPPED(status));
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    char byte = 0;
    CHECK(::read(passed[0], &byte, 1) == 0);  // the end, and nothing before it
    ::close(passed[0]);
  }
}

}  // namespace
}  // namespace ztix
