#include "route-server/helper/state_folder.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <memory>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

namespace ztix::helper {
namespace {

constexpr mode_t kMode = 0666;  // the umask takes away what nobody else may have
constexpr std::size_t kChunk = std::size_t{64} << 10U;
/// One pass over the file system is cheaper than very many single flushes (the first upload of a large exchange).
constexpr std::size_t kMaxSingleFlushes = 32;

struct CloseFolder {
  void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

std::string new_name(const std::string& name) { return "." + name + ".new"; }

}  // namespace

std::optional<StateFolder> StateFolder::open(const char* path) {
  Descriptor folder(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.is_open()) return std::nullopt;
  return StateFolder(std::move(folder));
}

std::optional<std::string> StateFolder::read(const std::string& name) const {
  const Descriptor file(::openat(number(), name.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return std::nullopt;
  std::string text;
  std::array<char, kChunk> chunk;
  while (true) {
    const auto count = ::read(file.number(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    text.append(chunk.data(), static_cast<std::size_t>(count));
    // A file's read gives less than was asked for at its end only.
    if (static_cast<std::size_t>(count) < chunk.size()) return text;
  }
}

bool StateFolder::has_file(const std::string& name) const {
  struct stat found {};
  return ::fstatat(number(), name.c_str(), &found, 0) == 0 && S_ISREG(found.st_mode);
}

std::optional<std::string> StateFolder::target_of(const std::string& link) const {
  std::array<char, PATH_MAX> target;
  const auto length = ::readlinkat(number(), link.c_str(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::vector<std::string> StateFolder::names(std::string_view start, std::string_view end) const {
  std::vector<std::string> found;
  const int again = ::openat(number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseFolder> folder(again < 0 ? nullptr : ::fdopendir(again));
  if (!folder) return found;
  while (const dirent* const entry = ::readdir(folder.get())) {
    const std::string_view name(entry->d_name);
    if (name.size() >= start.size() + end.size() && name.starts_with(start) && name.ends_with(end)) {
      found.emplace_back(name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

Descriptor StateFolder::create(const std::string& name) const {
  return Descriptor(::openat(number(), name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kMode));
}

bool StateFolder::replace(const std::string& name, std::string_view text) const {
  const auto fresh = new_name(name);
  {
    const auto file = create(fresh);
    if (file.is_open() && write_all(file.number(), text) && ::fsync(file.number()) == 0 && rename(fresh, name) &&
        flush_names()) {
      return true;
    }
  }
  remove(fresh);
  return false;
}

bool StateFolder::write_in_place(const std::string& name, std::string_view text) const {
  const auto file = create(name);
  return file.is_open() && write_all(file.number(), text);
}

bool StateFolder::write_over(const std::string& name, std::string_view text) const {
  const Descriptor file(::openat(number(), name.c_str(), O_WRONLY | O_CLOEXEC));
  return file.is_open() && write_all(file.number(), text);
}

bool StateFolder::replace_link(const std::string& name, const std::string& target) const {
  const auto fresh = new_name(name);
  remove(fresh);
  return ::symlinkat(target.c_str(), number(), fresh.c_str()) == 0 && rename(fresh, name) && flush_names();
}

bool StateFolder::rename(const std::string& from, const std::string& to) const {
  return ::renameat(number(), from.c_str(), number(), to.c_str()) == 0;
}

void StateFolder::remove(const std::string& name) const { ::unlinkat(number(), name.c_str(), 0); }

bool StateFolder::flush_names() const { return ::fsync(number()) == 0; }

bool StateFolder::flush(const std::vector<std::string>& files) const {
  if (files.size() > kMaxSingleFlushes) return ::syncfs(number()) == 0;
  return std::all_of(files.begin(), files.end(), [this](const std::string& name) {
    const Descriptor file(::openat(number(), name.c_str(), O_RDONLY | O_CLOEXEC));
    return file.is_open() && ::fsync(file.number()) == 0;
  });
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const auto count = ::write(descriptor, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace ztix::helper
