#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "app/http/url.h"
#include "core/base/text.h"

/// A query as it comes: no crash; what is accepted is clean text, survives being written and read again, and a place to
/// go to after a login is always on this site.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto query = ztix::app::parse_query(text);
  if (!query) return 0;
  std::string again;
  for (const auto& [name, value] : *query) {
    if (name.empty() || !ztix::is_clean_utf8(name) || !ztix::is_clean_utf8(value)) std::abort();
    again += (again.empty() ? "" : "&") + ztix::percent_encoded(name) + "=" + ztix::percent_encoded(value);
    if (ztix::app::is_local_path(value) && (value.starts_with("//") || value.find('\\') != std::string::npos)) {
      std::abort();
    }
  }
  if (ztix::app::parse_query(again) != query) std::abort();
  return 0;
}
