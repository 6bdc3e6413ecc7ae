#include <algorithm>
#include <array>

#include "app/http/url.h"
#include "app/route_table.h"
#include "app/router.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

bool is_parameter(std::string_view segment) noexcept { return segment.starts_with('{'); }

bool has_more(std::string_view rest) noexcept { return rest.find('/') != std::string_view::npos; }

/// The parameters when `path` fits `pattern`. Nothing is copied until a parameter is met: each request is held against
/// the whole table.
std::optional<std::map<std::string, std::string>> fit(std::string_view pattern, std::string_view path) {
  std::map<std::string, std::string> parameters;
  for (bool more = true; more;) {
    more = has_more(path);
    if (has_more(pattern) != more) return std::nullopt;
    const auto wanted = take_before(pattern, '/');
    const auto segment = take_before(path, '/');
    if (!is_parameter(wanted)) {
      if (wanted != segment) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(segment, false);
    if (!value || value->empty() || value->find('/') != std::string::npos) return std::nullopt;
    parameters.emplace(wanted.substr(1, wanted.size() - 2), std::move(*value));
  }
  return parameters;
}

}  // namespace

std::span<const Route> routes() noexcept { return table::kRoutes; }

std::optional<Match> find_route(std::string_view method, std::string_view path, NoMatch& otherwise) {
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  for (const auto& route : table::kRoutes) {
    auto parameters = fit(route.pattern, path);
    if (!parameters) continue;
    if (route.method == wanted) return Match{&route, std::move(*parameters)};
    otherwise.allowed.push_back(route.method);
    if (route.method == "GET") otherwise.allowed.emplace_back("HEAD");
  }
  return std::nullopt;
}

bool is_safe_method(std::string_view method) noexcept {
  static constexpr std::array<std::string_view, 4> kSafe{"GET", "HEAD", "OPTIONS", "TRACE"};
  return std::find(kSafe.begin(), kSafe.end(), method) != kSafe.end();
}

}  // namespace ztix::app
