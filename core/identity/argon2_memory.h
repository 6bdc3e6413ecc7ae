#pragma once

/// @file core/identity/argon2_memory.h
/// The memory that argon2 works in, kept between runs.

#include <cstddef>
#include <memory>
#include <vector>

#include <argon2.h>

#include "core/base/guarded.h"

namespace ztix::identity {

/// Blocks for as many runs as there were at once. Making 46 MiB present and giving them back takes as long as the run
/// itself (measured: 57 ms with libargon2's own allocation, 29 ms without). libargon2 wipes a block at the end of a
/// run; while nobody uses it the system may take its pages, and it is in no core dump.
class Argon2Memory {
 public:
  Argon2Memory();
  ~Argon2Memory();
  Argon2Memory(const Argon2Memory&) = delete;
  Argon2Memory& operator=(const Argon2Memory&) = delete;

  /// One run on this thread, in a block of ours.
  /// @return as argon2_ctx(): ARGON2_OK or why not, ARGON2_MEMORY_ALLOCATION_ERROR included.
  int run(argon2_context& context);

 private:
  class Block;
  std::unique_ptr<Block> take();

  Guarded<std::vector<std::unique_ptr<Block>>> idle_;
};

}  // namespace ztix::identity
