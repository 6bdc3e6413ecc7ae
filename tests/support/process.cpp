#include "tests/support/process.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ztix::test {
namespace {

std::vector<char*> arguments(const std::vector<std::string>& words) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  return argv;
}

[[noreturn]] void become(const std::vector<std::string>& words, int in, int out, int err) {
  ::dup2(in, 0);
  ::dup2(out, 1);
  ::dup2(err, 2);
  auto argv = arguments(words);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    read = ends[0];
    write = ends[1];
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_read();
    close_write();
  }
  void close_read() {
    if (read >= 0) ::close(read);
    read = -1;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  int read = -1;
  int write = -1;
};

/// Reads what there is; false at the end of the stream.
bool drain(int descriptor, std::string& into) {
  std::array<char, 65536> buffer{};
  const auto got = ::read(descriptor, buffer.data(), buffer.size());
  if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

void collect(Pipe& out, Pipe& err, Finished& finished) {
  std::array<pollfd, 2> wanted{{{out.read, POLLIN, 0}, {err.read, POLLIN, 0}}};
  while (wanted[0].fd >= 0 || wanted[1].fd >= 0) {
    if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) throw std::runtime_error("poll");
    if (wanted[0].revents != 0 && !drain(wanted[0].fd, finished.out)) wanted[0].fd = -1;
    if (wanted[1].revents != 0 && !drain(wanted[1].fd, finished.err)) wanted[1].fd = -1;
  }
}

int exit_code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

std::string command_line(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += word + " ";
  return line;
}

}  // namespace

Finished run(const std::vector<std::string>& words, const std::string& input) {
  // A file holds any amount of input, so nobody has to write and read at the same time.
  const int in = ::memfd_create("input", MFD_CLOEXEC);
  if (in < 0 || ::write(in, input.data(), input.size()) != static_cast<ssize_t>(input.size())) {
    throw std::runtime_error("memfd");
  }
  ::lseek(in, 0, SEEK_SET);
  Pipe out;
  Pipe err;
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork");
  if (child == 0) become(words, in, out.write, err.write);
  ::close(in);
  out.close_write();
  err.close_write();
  Finished finished;
  collect(out, err, finished);
  int status = 0;
  ::waitpid(child, &status, 0);
  finished.exit_code = exit_code_of(status);
  return finished;
}

std::string run_or_throw(const std::vector<std::string>& words, const std::string& input) {
  auto finished = run(words, input);
  if (finished.exit_code == 0) return std::move(finished.out);
  throw std::runtime_error(command_line(words) + "ended with " + std::to_string(finished.exit_code) + ": " +
                           finished.out + finished.err);
}

Child::Child(const std::vector<std::string>& words, const std::string& log_file) {
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (null < 0 || log < 0) throw std::runtime_error("cannot open " + log_file);
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("fork");
  if (pid_ == 0) {
    // A test that is killed takes its programs with it.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    become(words, null, log, log);
  }
  ::close(null);
  ::close(log);
}

bool Child::is_running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) == 0) return true;
  pid_ = -1;
  return false;
}

void Child::stop() {
  if (!is_running()) return;
  ::kill(pid_, SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  while (is_running()) {
    if (std::chrono::steady_clock::now() > deadline) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

TempFolder::TempFolder() {
  std::string path = "/tmp/ztix-test-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp");
  std::filesystem::permissions(path, std::filesystem::perms(0755));
  path_ = path;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::write(const std::string& name, const std::string& text) const {
  auto file = path_ + "/" + name;
  std::ofstream(file, std::ios::binary) << text;
  return file;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace ztix::test
