#include "core/base/secret_file.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/descriptor.h"

namespace ztix {
namespace {

/// Unlinked unless it was given its name.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& beside)
      : name_((beside.parent_path() / ("." + beside.filename().string() + ".XXXXXX")).string()),
        file_(::mkostemp(name_.data(), O_CLOEXEC)) {}  // 0600 whatever the umask is
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (file_.is_open() && !is_named_) ::unlink(name_.c_str());
  }

  [[nodiscard]] bool is_open() const noexcept { return file_.is_open(); }
  [[nodiscard]] bool write(std::string_view text) const {
    while (!text.empty()) {
      const auto count = ::write(file_.number(), text.data(), text.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return ::fsync(file_.number()) == 0;
  }
  [[nodiscard]] bool take_name(const std::filesystem::path& name) {
    is_named_ = ::rename(name_.c_str(), name.c_str()) == 0;
    return is_named_;
  }

 private:
  std::string name_;
  Descriptor file_;
  bool is_named_ = false;
};

/// A new name is on the disk when its folder is.
bool sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.number()) == 0;
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
