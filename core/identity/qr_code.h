#pragma once

/// @file core/identity/qr_code.h
/// QR codes by libqrencode.

#include "core/service/ports/qr_picture.h"

namespace ztix::identity {

/// Error correction M, quiet zone of 4 modules (ISO/IEC 18004). out_of_range for a text that is too long.
[[nodiscard]] Result<service::QrPicture> qr_code(const SecretString& text);

}  // namespace ztix::identity
