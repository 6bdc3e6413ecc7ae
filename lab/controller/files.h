#pragma once

/// @file lab/controller/files.h
/// Small files of the home folder.

#include <filesystem>
#include <optional>
#include <string>

namespace ztix::lab::controller {

/// The whole file, or nullopt if it cannot be read.
[[nodiscard]] std::optional<std::string> read_file(const std::filesystem::path& path);

/// Replaces the file as a whole; other readers see the old or the new text.
/// @param secret true: mode 0600 from the first byte on.
/// @throws std::system_error when it cannot be written.
void write_file(const std::filesystem::path& path, const std::string& text, bool secret);

}  // namespace ztix::lab::controller
