#include "core/base/secret_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace ztix {
namespace {

/// Closes what it holds, and unlinks it unless it was given its name.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& beside)
      : name_((beside.parent_path() / ("." + beside.filename().string() + ".XXXXXX")).string()),
        number_(::mkostemp(name_.data(), O_CLOEXEC)) {}  // 0600 whatever the umask is
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (number_ < 0) return;
    ::close(number_);
    if (!is_named_) ::unlink(name_.c_str());
  }

  [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(number_, text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(number_) == 0;
  }
  [[nodiscard]] bool take_name(const std::filesystem::path& name) {
    is_named_ = ::rename(name_.c_str(), name.c_str()) == 0;
    return is_named_;
  }

 private:
  std::string name_;
  int number_;
  bool is_named_ = false;
};

/// A new name is on the disk when its folder is.
bool sync_folder(const std::filesystem::path& folder) {
  const int number = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (number < 0) return false;
  const bool synced = ::fsync(number) == 0;
  ::close(number);
  return synced;
}

Error failed(const std::string& path) {
  const std::string why = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): glibc's is safe
  return fail(ErrorCode::unavailable, "Cannot write " + path + ": " + why + ".");
}

}  // namespace

Status write_secret_file(const std::string& path, std::string_view contents) {
  const std::filesystem::path target(path);
  NewFile file(target);
  if (!file.is_open() || !file.write(contents) || !file.take_name(target)) return failed(path);
  if (!sync_folder(target.parent_path())) return failed(path);
  return {};
}

}  // namespace ztix
