#pragma once

/// @file core/base/secret_file.h
/// Files that hold secrets and are replaced while others may read them.

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace ztix {

/// Puts `contents` at `path`, 0600. Whoever reads it meanwhile, and whoever comes after a crash or a power cut, finds
/// the whole old contents or the whole new ones: they are written to a file beside it, which takes the name when it is
/// on the disk.
/// @return unavailable, with the path; the old file is untouched then.
[[nodiscard]] Status write_secret_file(const std::string& path, std::string_view contents);

}  // namespace ztix
