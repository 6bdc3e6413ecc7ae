#pragma once

/// @file core/service/ports/qr_picture.h
/// A QR code as a drawing that a page can hold without loading anything.

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::service {

struct QrPicture {
  int size = 0;      ///< width and height in modules, quiet zone included
  std::string path;  ///< the dark modules as SVG path data, in the same units
};

/// `out_of_range` for a text that fits in no code.
using QrMaker = std::function<Result<QrPicture>(const SecretString& text)>;

}  // namespace ztix::service
