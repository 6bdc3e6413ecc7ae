#pragma once

/// @file route-server/helper/frames.h
/// What comes behind `put`: `SIZE\n` and so many bytes for each file, then `0\n` or the end of the input.

#include <cstdint>
#include <string>
#include <vector>

#include "route-server/helper/answer.h"
#include "route-server/helper/input.h"
#include "route-server/helper/state_folder.h"

namespace ztix::helper {

/// Bytes of one file; 1,000 peers with 50 prefixes each are 1.2 MB in all.
inline constexpr std::int64_t kMaxObject = 4194304;

struct FrameSize {
  ExitCode code = ExitCode::done;
  std::int64_t bytes = 0;    ///< 0: all frames came
  std::string_view refusal;  ///< unless code is done
};

/// The line before a frame. A size of 0 says that all frames came; without it the last one may have been cut, and only
/// an input that ends between two frames is taken for complete.
[[nodiscard]] FrameSize read_frame_size(Input& input);

/// The files of one `put`, until they have the names they deserve. What is left when it goes away goes with it.
class Upload {
 public:
  Upload() = default;
  Upload(Upload&& other) = delete;
  Upload(const Upload&) = delete;
  ~Upload();

  /// Writes what comes to files of its own, and to the disk. It is done *before* the lock is taken: a caller that hangs
  /// in the middle must not keep out the others.
  ExitCode receive(const StateFolder& folder, Input& input, Answer& answer);
  /// Gives each file its name, on the disk when this returns, and says so.
  ExitCode store(Answer& answer);

 private:
  struct File {
    std::string name;
    std::string kind;
    std::string digest;
    std::int64_t size = 0;
  };
  ExitCode receive_file(std::int64_t size, Input& input, Answer& answer);

  const StateFolder* folder_ = nullptr;
  std::vector<File> files_;
};

/// Removes what helpers left that were killed in the middle of an upload.
void clear_leftovers(const StateFolder& folder);

}  // namespace ztix::helper
