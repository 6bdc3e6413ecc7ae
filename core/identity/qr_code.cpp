#include "core/identity/qr_code.h"

#include <memory>

#include <qrencode.h>

namespace ztix::identity {
namespace {

constexpr int kQuietZone = 4;

}  // namespace

Result<service::QrPicture> qr_code(const SecretString& text) {
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeString8bit(text.expose().c_str(), 0, QR_ECLEVEL_M), &QRcode_free);
  if (!code) return fail(ErrorCode::out_of_range, "This text is too long for a QR code.");
  service::QrPicture picture{code->width + 2 * kQuietZone, {}};
  const unsigned char* module = code->data;
  for (int y = 0; y < code->width; ++y) {
    for (int x = 0; x < code->width; ++x, ++module) {
      if ((*module & 1U) == 0) continue;
      picture.path += "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) + "h1v1h-1z";
    }
  }
  return picture;
}

}  // namespace ztix::identity
