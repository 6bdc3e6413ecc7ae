#include "core/base/secret_string.h"

#include <cstddef>
#include <utility>

namespace ztix {

SecretString& SecretString::operator=(const SecretString& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

SecretString& SecretString::operator=(SecretString&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

void SecretString::wipe() noexcept {
  // volatile: the compiler must not drop a store to memory that is about to be freed.
  volatile char* bytes = text_.data();
  for (std::size_t i = 0; i < text_.size(); ++i) bytes[i] = 0;
  text_.clear();
}

bool constant_time_equal(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference =
        static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i])));
  }
  return difference == 0;
}

bool operator==(const SecretString& a, const SecretString& b) noexcept { return constant_time_equal(a.text_, b.text_); }

}  // namespace ztix
