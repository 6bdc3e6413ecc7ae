#include "core/identity/breach_list.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/text.h"

namespace ztix::identity {
namespace {

// A line has 40 digits, perhaps a colon and a number, and its end: two of them fit into what is read at once.
constexpr std::size_t kBlock = 128;
constexpr std::size_t kDigits = 40;
constexpr std::int64_t kSamples = 64;

std::string sha1_of(const SecretString& password) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  const auto& text = password.expose();
  EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha1(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), length};
}

}  // namespace

Error BreachList::broken(std::string_view why) const {
  return fail(ErrorCode::unavailable,
              "The list of published passwords cannot be used, so none can be set; tell an administrator.")
      .with_detail(path_ + ": " + std::string(why));
}

Result<BreachList> BreachList::open(const std::string& path) {
  BreachList list(path, Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), 0);
  struct stat found {};
  if (!list.file_.is_open() || ::fstat(list.file_.number(), &found) != 0) {
    return list.broken(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): glibc's is safe
  }
  if (!S_ISREG(found.st_mode) || found.st_size == 0) return list.broken("no file, or an empty one");
  list.size_ = found.st_size;
  ZTIX_CHECK(list.check_order());
  return list;
}

Status BreachList::check_order() const {
  std::string before;
  for (std::int64_t i = 0; i < kSamples; ++i) {
    ZTIX_ASSIGN(auto line, line_at(size_ / kSamples * i));
    if (line.sha1.empty()) continue;
    if (line.sha1 < before) return broken("not in the order of the hashes");
    before = std::move(line.sha1);
  }
  return before.empty() ? Status(broken("no line of 40 hexadecimal digits")) : Status();
}

Result<BreachList::Line> BreachList::line_at(std::int64_t from) const {
  // From the byte before it, which is the end of a line when one begins here.
  const auto at = from == 0 ? 0 : from - 1;
  std::array<char, kBlock> block{};
  const auto count = ::pread(file_.number(), block.data(), block.size(), at);
  if (count < 0) return broken(std::strerror(errno));  // NOLINT(concurrency-mt-unsafe): glibc's is safe
  const std::string_view read(block.data(), static_cast<std::size_t>(count));
  const auto end = from == 0 ? 0 : read.find('\n');
  const bool is_last = at + count >= size_;
  if (end == std::string_view::npos) return is_last ? Result<Line>(Line{}) : broken("a line that is too long");
  const auto begin = from == 0 ? 0 : end + 1;
  if (begin >= read.size() && is_last) return Line{};
  auto sha1 = from_hex(read.substr(begin, kDigits));
  if (!sha1 || sha1->size() != kDigits / 2) return broken("a line that does not begin with 40 hexadecimal digits");
  return Line{at + static_cast<std::int64_t>(begin), std::move(*sha1)};
}

Result<bool> BreachList::contains(const SecretString& password) const {
  const auto wanted = sha1_of(password);
  std::int64_t low = 0;       // lines that begin before it are smaller
  std::int64_t high = size_;  // lines that begin at it or behind it are greater
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    ZTIX_ASSIGN(const auto line, line_at(middle));
    if (line.sha1 == wanted) return true;
    if (line.sha1.empty() || line.sha1 > wanted) {
      high = middle;
    } else {
      low = line.begin + 1;
    }
  }
  return false;
}

}  // namespace ztix::identity
