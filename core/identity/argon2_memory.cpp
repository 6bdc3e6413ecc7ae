#include "core/identity/argon2_memory.h"

#include <cstdint>
#include <utility>

#include <sys/mman.h>

namespace ztix::identity {

class Argon2Memory::Block {
 public:
  Block() = default;
  ~Block() { release(); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  /// At least `bytes`, as they were left; nullptr when the system has none.
  std::uint8_t* of(std::size_t bytes) {
    if (bytes <= bytes_) return begin();
    release();
    void* const mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) return nullptr;
    mapped_ = mapped;
    bytes_ = bytes;
    // Advice: what the system does not know of it does without.
    ::madvise(mapped_, bytes_, MADV_HUGEPAGE);
    ::madvise(mapped_, bytes_, MADV_DONTDUMP);
    return begin();
  }

  /// The contents do not matter any more.
  void rest() const {
    if (bytes_ > 0) ::madvise(mapped_, bytes_, MADV_FREE);
  }

 private:
  [[nodiscard]] std::uint8_t* begin() const { return static_cast<std::uint8_t*>(mapped_); }
  void release() {
    if (bytes_ > 0) ::munmap(mapped_, bytes_);
    bytes_ = 0;
  }

  void* mapped_ = nullptr;
  std::size_t bytes_ = 0;
};

Argon2Memory::Argon2Memory() = default;
Argon2Memory::~Argon2Memory() = default;

std::unique_ptr<Argon2Memory::Block> Argon2Memory::take() {
  auto block = idle_.with([](auto& idle) {
    std::unique_ptr<Block> last;
    if (!idle.empty()) {
      last = std::move(idle.back());
      idle.pop_back();
    }
    return last;
  });
  return block ? std::move(block) : std::make_unique<Block>();
}

int Argon2Memory::run(argon2_context& context) {
  // libargon2 hands its callbacks nothing of ours, and calls them on the thread that runs it.
  thread_local Block* running = nullptr;
  auto block = take();
  running = block.get();
  context.allocate_cbk = [](std::uint8_t** memory, std::size_t bytes) {
    *memory = running->of(bytes);
    return *memory == nullptr ? static_cast<int>(ARGON2_MEMORY_ALLOCATION_ERROR) : static_cast<int>(ARGON2_OK);
  };
  context.free_cbk = [](std::uint8_t* /*memory*/, std::size_t /*bytes*/) { running->rest(); };
  const int result = argon2id_ctx(&context);
  running = nullptr;
  idle_.with([&](auto& idle) { idle.push_back(std::move(block)); });
  return result;
}

}  // namespace ztix::identity
