#include "route-server/helper/frames.h"

#include <cerrno>
#include <csignal>
#include <ctime>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/text.h"
#include "core/digest/digest.h"
#include "route-server/helper/words.h"

namespace ztix::helper {
namespace {

constexpr std::string_view kIncoming = "incoming.";
constexpr std::string_view kRootMark = "# ztix-root";
/// Longer than any upload: by then the number of its process may belong to another one.
constexpr std::time_t kLeftoverAge = 3600;
constexpr std::size_t kLongestSize = 64;  // characters of the line; a number is shorter

/// Ours are of this process: its next upload may have begun already.
std::string own_prefix() { return std::string(kIncoming) + std::to_string(::getpid()) + "."; }

/// A root says so in its first line.
bool is_root(std::string_view beginning) {
  return beginning.starts_with(kRootMark) &&
         (beginning.size() == kRootMark.size() || beginning[kRootMark.size()] == '\n');
}

bool is_left(const StateFolder& folder, const std::string& name) {
  auto number = std::string_view(name).substr(kIncoming.size());
  number = number.substr(0, number.rfind('.'));
  const auto owner = parse_number(number);
  if (!owner || ::kill(static_cast<pid_t>(*owner), 0) != 0) return true;
  struct stat found {};
  return ::fstatat(folder.number(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 &&
         found.st_mtim.tv_sec + kLeftoverAge < std::time(nullptr);
}

}  // namespace

FrameSize read_frame_size(Input& input) {
  std::string line;
  switch (input.read_line(line, kLongestSize)) {
    case Input::Line::end:
      return {};
    case Input::Line::cut:
      return {ExitCode::later, 0, "truncated"};
    case Input::Line::too_long:
      return {ExitCode::usage, 0, "usage frame"};
    case Input::Line::whole:
      break;
  }
  const auto size = parse_number(line);
  if (!size) return {ExitCode::usage, 0, "usage frame"};
  if (*size > kMaxObject) return {ExitCode::usage, 0, "usage too_large"};
  return {ExitCode::done, *size, {}};
}

Upload::~Upload() {
  for (const auto& file : files_) folder_->remove(file.name);
}

ExitCode Upload::receive(const StateFolder& folder, Input& input, Answer& answer) {
  folder_ = &folder;
  while (true) {
    const auto frame = read_frame_size(input);
    if (frame.code != ExitCode::done) return answer.refuse(frame.refusal, frame.code);
    if (frame.bytes == 0) break;
    ZTIX_GO_ON(receive_file(frame.bytes, input, answer));
  }
  std::vector<std::string> names;
  for (const auto& file : files_) names.push_back(file.name);
  return names.empty() || folder.flush(names) ? ExitCode::done : answer.refuse("disk_full", ExitCode::later);
}

ExitCode Upload::receive_file(std::int64_t size, Input& input, Answer& answer) {
  auto& file = files_.emplace_back();
  file.name = own_prefix() + std::to_string(files_.size());
  file.size = size;
  const auto written = folder_->create(file.name);
  if (!written.is_open()) return answer.refuse("disk_full", ExitCode::later);
  digest::Sha256Stream digest;
  std::string beginning;
  for (auto left = static_cast<std::size_t>(size); left > 0;) {
    const auto bytes = input.read_some(left);
    if (bytes.empty()) return answer.refuse("truncated", ExitCode::later);
    if (!write_all(written.number(), bytes)) return answer.refuse("disk_full", ExitCode::later);
    digest.add(bytes);
    if (beginning.size() <= kRootMark.size()) beginning.append(bytes.substr(0, kRootMark.size() + 1));
    left -= bytes.size();
  }
  file.kind = is_root(beginning) ? "root" : "object";
  file.digest = to_hex(digest::as_text(digest.finish()));
  return ExitCode::done;
}

ExitCode Upload::store(Answer& answer) {
  if (files_.empty()) return ExitCode::done;
  for (const auto& file : files_) {
    if (!folder_->rename(file.name, file.kind + "-" + file.digest + ".conf")) {
      return answer.refuse("disk_full", ExitCode::later);
    }
    answer.say({"stored", file.kind, file.digest, std::to_string(file.size)});
  }
  files_.clear();
  return folder_->flush_names() ? ExitCode::done : answer.refuse("disk_full", ExitCode::later);
}

void clear_leftovers(const StateFolder& folder) {
  const auto own = own_prefix();
  for (const auto& name : folder.names(kIncoming, "")) {
    if (!name.starts_with(own) && is_left(folder, name)) folder.remove(name);
  }
}

}  // namespace ztix::helper
