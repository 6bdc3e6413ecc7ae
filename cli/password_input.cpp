#include "cli/password_input.h"

#include <iostream>
#include <string>

#include <termios.h>
#include <unistd.h>

namespace ztix::cli {
namespace {

/// Switches the terminal's echo off for its lifetime.
class Silence {
 public:
  Silence() {
    if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    active_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  ~Silence() {
    if (active_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  bool active_ = false;
};

SecretString read_line() {
  std::string line;
  std::getline(std::cin, line);
  SecretString secret(line);
  line.assign(line.size(), '\0');
  return secret;
}

SecretString prompt(const char* question) {
  std::cerr << question << std::flush;
  const Silence silence;
  auto secret = read_line();
  std::cerr << '\n';
  return secret;
}

Error no_terminal(const std::string& remedy) {
  return fail(ErrorCode::invalid_argument, "There is no terminal to ask on; " + remedy);
}

}  // namespace

Result<SecretString> read_password(bool from_stdin) {
  if (from_stdin) {
    auto secret = read_line();
    if (secret.empty()) return fail(ErrorCode::invalid_argument, "Standard input holds no password.");
    return secret;
  }
  if (isatty(STDIN_FILENO) == 0) return no_terminal("use --password-stdin.");
  auto first = prompt("Password: ");
  const auto second = prompt("The same again: ");
  if (first.empty()) return fail(ErrorCode::invalid_argument, "The password is empty.");
  if (!(first == second)) return fail(ErrorCode::invalid_argument, "The two passwords differ; nothing was changed.");
  return first;
}

Result<bool> ask_yes_no(const std::string& question) {
  if (isatty(STDIN_FILENO) == 0) return no_terminal("give the answer as an option (see --help).");
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace ztix::cli
