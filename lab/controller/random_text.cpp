#include "lab/controller/random_text.h"

#include <stdexcept>
#include <string_view>

#include <unistd.h>

namespace ztix::lab::controller {

namespace {

std::string random_from(std::string_view alphabet, std::size_t length) {
  std::string text;
  while (text.size() < length) {
    unsigned char byte = 0;
    if (::getentropy(&byte, 1) != 0) throw std::runtime_error("the kernel gives no randomness");
    // Equal chances: bytes above the last multiple of the alphabet's size are thrown away.
    if (byte < 256 - 256 % alphabet.size()) text += alphabet[byte % alphabet.size()];
  }
  return text;
}

}  // namespace

std::string random_hex(std::size_t length) { return random_from("0123456789abcdef", length); }

std::string random_token(std::size_t length) { return random_from("abcdefghijklmnopqrstuvwxyz0123456789", length); }

}  // namespace ztix::lab::controller
