#pragma once

/// @file core/identity/place.h
/// A bound on how much of what is costly runs at once, without a queue: who finds no place is told so.

#include <semaphore>

namespace ztix::identity {

using Places = std::counting_semaphore<64>;

/// One of the places, if there was one. Gives it back on every way out.
class Place {
 public:
  explicit Place(Places& places) : places_(places), taken_(places.try_acquire()) {}
  ~Place() {
    if (taken_) places_.release();
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  [[nodiscard]] bool taken() const noexcept { return taken_; }

 private:
  Places& places_;
  bool taken_;
};

}  // namespace ztix::identity
