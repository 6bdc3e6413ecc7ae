#pragma once

/// @file tests/support/process.h
/// Other programs, for tests: no shell in between, and nothing is left running.

#include <string>
#include <vector>

#include <sys/types.h>

namespace ztix::test {

struct Finished {
  int exit_code = -1;  ///< 128 + signal for a program that was killed
  std::string out;
  std::string err;
};

/// Runs a program to its end, found in PATH, with `input` as its standard input.
/// @throws std::runtime_error when it cannot be started.
Finished run(const std::vector<std::string>& words, const std::string& input = {});

/// run(), but a failure is an exception with the command and both outputs.
std::string run_or_throw(const std::vector<std::string>& words, const std::string& input = {});

/// A program that runs until this object goes away (SIGTERM, then SIGKILL after 3 s).
class Child {
 public:
  /// Both outputs go to the end of `log_file`.
  Child(const std::vector<std::string>& words, const std::string& log_file);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  Child(Child&& other) noexcept : pid_(other.pid_) { other.pid_ = -1; }
  ~Child() { stop(); }

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool is_running();
  void stop();

 private:
  pid_t pid_ = -1;
};

/// A folder below /tmp that everybody may enter, and that is removed with this object.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// Writes a file of that name and returns its path.
  std::string write(const std::string& name, const std::string& text) const;

 private:
  std::string path_;
};

[[nodiscard]] std::string read_file(const std::string& path);

}  // namespace ztix::test
