#pragma once

/// @file route-server/helper/state_folder.h
/// The files of a host, below one folder: read whole, written so that a power cut leaves the old text or the new one.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "core/base/descriptor.h"

namespace ztix::helper {

/// Where they are on every host; BIRD's configuration names it.
inline constexpr std::string_view kStateFolder = "/var/lib/ztix-rs";

/// Names are those of files in the folder; everything is done by way of its descriptor, so a call has the folder that
/// it began with.
class StateFolder {
 public:
  /// nullopt when there is none that this user may enter: the host is not installed.
  static std::optional<StateFolder> open(const char* path);

  [[nodiscard]] int number() const noexcept { return folder_.number(); }

  /// The whole text, nullopt when there is no such file that can be read.
  [[nodiscard]] std::optional<std::string> read(const std::string& name) const;
  [[nodiscard]] bool has_file(const std::string& name) const;
  /// Where a symbolic link of the folder leads to; nullopt for anything else.
  [[nodiscard]] std::optional<std::string> target_of(const std::string& link) const;
  /// Names that begin with `start` and end with `end`, sorted.
  [[nodiscard]] std::vector<std::string> names(std::string_view start, std::string_view end) const;

  /// A new, empty file that is written from its beginning, whatever was there.
  [[nodiscard]] Descriptor create(const std::string& name) const;
  /// The whole new text or the old one, also after a power cut.
  [[nodiscard]] bool replace(const std::string& name, std::string_view text) const;
  /// Truncates and writes: for notes that may be lost. Empty text works on a full disk.
  [[nodiscard]] bool write_in_place(const std::string& name, std::string_view text) const;
  /// Writes over the first bytes of a file that is there: on a full disk too.
  [[nodiscard]] bool write_over(const std::string& name, std::string_view text) const;
  /// A symbolic link that takes its name at once, on the disk when this returns.
  [[nodiscard]] bool replace_link(const std::string& name, const std::string& target) const;
  [[nodiscard]] bool rename(const std::string& from, const std::string& to) const;
  void remove(const std::string& name) const;

  /// New names are on the disk when their folder is.
  [[nodiscard]] bool flush_names() const;
  /// These files are on the disk.
  [[nodiscard]] bool flush(const std::vector<std::string>& files) const;

 private:
  explicit StateFolder(Descriptor folder) : folder_(std::move(folder)) {}
  Descriptor folder_;
};

/// All of it, or false.
[[nodiscard]] bool write_all(int descriptor, std::string_view text);

}  // namespace ztix::helper
