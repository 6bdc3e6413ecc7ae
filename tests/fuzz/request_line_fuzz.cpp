#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "app/http/url.h"
#include "app/router.h"
#include "core/base/text.h"

/// Path and query as they come: no crash, and what a handler gets is clean text without a slash.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view target(reinterpret_cast<const char*>(data), size);
  const auto question = target.find('?');
  ztix::app::NoMatch otherwise;
  if (const auto match = ztix::app::find_route("GET", target.substr(0, question), otherwise)) {
    for (const auto& [name, value] : match->parameters) {
      if (value.empty() || value.find('/') != std::string::npos || !ztix::is_clean_utf8(value)) std::abort();
    }
  }
  if (question == std::string_view::npos) return 0;
  if (const auto query = ztix::app::parse_query(target.substr(question + 1))) {
    for (const auto& [name, value] : *query) {
      if (name.empty() || !ztix::is_clean_utf8(name) || !ztix::is_clean_utf8(value)) std::abort();
    }
  }
  return 0;
}
