/// have, get, put and gc: the files of a host.

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>

#include "route-server/helper/bird_talk.h"
#include "route-server/helper/kept_down.h"
#include "route-server/helper/root_text.h"
#include "route-server/helper/roots.h"
#include "route-server/helper/verbs.h"

namespace ztix::helper {
namespace {

constexpr std::size_t kKeepRoots = 5;
constexpr std::size_t kChunk = std::size_t{64} << 10U;

/// The name of the file with this digest; empty when there is none.
std::string file_of(const StateFolder& folder, const std::string& digest) {
  for (const auto& name : {root_file(digest), object_file(digest)}) {
    if (folder.has_file(name)) return name;
  }
  return {};
}

/// `file DIGEST SIZE` and the bytes, to standard output.
bool write_out(const StateFolder& folder, const std::string& name, const std::string& digest) {
  const Descriptor file(::openat(folder.number(), name.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found {};
  if (!file.is_open() || ::fstat(file.number(), &found) != 0) return false;
  if (!write_all(STDOUT_FILENO, "file " + digest + " " + std::to_string(found.st_size) + "\n")) return false;
  std::array<char, kChunk> chunk;
  while (true) {
    const auto count = ::read(file.number(), chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count == 0;
    if (!write_all(STDOUT_FILENO, std::string_view(chunk.data(), static_cast<std::size_t>(count)))) return false;
  }
}

/// The newest first; of the same age in the order of their names.
std::vector<std::string> newest_roots(const StateFolder& folder) {
  struct Aged {
    timespec changed{};
    std::string name;
  };
  std::vector<Aged> roots;
  for (auto& name : folder.names("root-", ".conf")) {
    struct stat found {};
    if (::fstatat(folder.number(), name.c_str(), &found, 0) == 0) roots.push_back({found.st_mtim, std::move(name)});
  }
  std::stable_sort(roots.begin(), roots.end(), [](const Aged& left, const Aged& right) {
    return left.changed.tv_sec != right.changed.tv_sec ? left.changed.tv_sec > right.changed.tv_sec
                                                       : left.changed.tv_nsec > right.changed.tv_nsec;
  });
  std::vector<std::string> names;
  names.reserve(roots.size());
  for (auto& root : roots) names.push_back(std::move(root.name));
  names.resize(std::min(names.size(), kKeepRoots));
  return names;
}

/// What running, boot, an armed root and the newest roots need.
std::set<std::string> needed_files(const StateFolder& folder, const BirdStatus& status) {
  std::set<std::string> roots{root_file(boot_target(folder))};
  for (const auto& root : stored_roots(folder)) {
    if (root.digest == status.digest) roots.insert(root_file(root.file_digest));
  }
  if (const auto armed = noted_armed(folder)) roots.insert(root_file(armed->file_digest));
  for (auto& name : newest_roots(folder)) roots.insert(std::move(name));
  auto needed = roots;
  for (const auto& root : roots) {
    for (const auto& object : includes_of(folder.read(root).value_or("")).objects) needed.insert(object_file(object));
  }
  return needed;
}

}  // namespace

ExitCode have(Call& call) {
  ZTIX_GO_ON(want_digests(call));
  for (const auto& digest : call.words.arguments) {
    if (file_of(call.folder, digest).empty()) call.answer.say({"missing", digest});
  }
  return ExitCode::done;
}

/// What is given is written *outside* the lock (a caller that reads slowly must not keep out the others), so the caller
/// compares what came with the digests.
ExitCode get(Call& call) {
  ZTIX_GO_ON(want_some_arguments(call));
  ZTIX_GO_ON(want_digests(call));
  std::vector<std::string> names;
  for (const auto& digest : call.words.arguments) {
    names.push_back(file_of(call.folder, digest));
    if (names.back().empty()) {
      call.answer.say({"missing", digest});
      return ExitCode::wrong_state;
    }
  }
  call.lock.release();
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!write_out(call.folder, names[i], call.words.arguments[i])) return ExitCode::later;
  }
  return ExitCode::done;
}

/// The frames were received before the lock was taken.
ExitCode put(Call& call) {
  ZTIX_GO_ON(want_arguments(call, 0));
  clear_leftovers(call.folder);
  return call.upload.store(call.answer);
}

/// Without BIRD nobody knows what is running.
ExitCode gc(Call& call) {
  ZTIX_GO_ON(want_arguments(call, 0));
  BirdStatus status;
  ZTIX_GO_ON(observe(call, status));
  const auto needed = needed_files(call.folder, status);
  std::size_t removed = 0;
  for (const auto* const kind : {"object-", "root-"}) {
    for (const auto& name : call.folder.names(kind, ".conf")) {
      if (needed.contains(name)) continue;
      call.folder.remove(name);
      ++removed;
    }
  }
  call.answer.say({"removed", std::to_string(removed)});
  return ExitCode::done;
}

}  // namespace ztix::helper
