#include "core/store/audit_head_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/descriptor.h"

namespace ztix::store {
namespace {

Descriptor open_file(const std::string& path, int flags) {
  return Descriptor(::open(path.c_str(), flags | O_CLOEXEC, 0640));
}

Error failed(const std::string& path, const char* what) {
  const std::string why = std::strerror(errno);
  return fail(ErrorCode::unavailable, "The file of the audit log's heads cannot be used: " + path + ": " + why + ".")
      .with_detail(what);
}

bool ends_in_a_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() == std::streampos(0)) return true;
  file.seekg(-1, std::ios::end);
  return file.get() == '\n';
}

Status write_all(int file, const std::string& text, const std::string& path) {
  for (std::size_t at = 0; at < text.size();) {
    const auto count = ::write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed(path, "write");
    at += static_cast<std::size_t>(count);
  }
  return {};
}

}  // namespace

bool AuditHeadFile::exists() const {
  std::error_code unreadable;  // then opening it says why
  return std::filesystem::exists(path_, unreadable);
}

Status AuditHeadFile::append(const std::string& line) const {
  const bool is_new = !exists();
  const auto file = open_file(path_, O_WRONLY | O_APPEND | O_CREAT);
  if (!file.is_open()) return failed(path_, "open");
  ZTIX_CHECK(write_all(file.number(), (ends_in_a_line(path_) ? "" : "\n") + line + "\n", path_));
  if (::fsync(file.number()) != 0) return failed(path_, "fsync");
  if (!is_new) return {};
  // A new name is on the disk when its folder is.
  auto folder = std::filesystem::path(path_).parent_path();
  if (folder.empty()) folder = ".";
  const auto named = open_file(folder.string(), O_RDONLY | O_DIRECTORY);
  if (!named.is_open() || ::fsync(named.number()) != 0) return failed(path_, "fsync of its folder");
  return {};
}

Result<std::vector<std::string>> AuditHeadFile::lines() const {
  std::vector<std::string> lines;
  if (!exists()) return lines;
  std::ifstream file(path_);
  if (!file) return failed(path_, "read");
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace ztix::store
