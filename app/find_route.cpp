#include <algorithm>
#include <array>

#include "app/http/url.h"
#include "app/route_table.h"
#include "app/router.h"
#include "core/base/text.h"

namespace ztix::app {
namespace {

bool is_parameter(std::string_view segment) noexcept { return segment.starts_with('{'); }

/// The parameters when `path` fits `pattern`.
std::optional<std::map<std::string, std::string>> fit(std::string_view pattern,
                                                      const std::vector<std::string_view>& path) {
  const auto segments = split(pattern, '/');
  if (segments.size() != path.size()) return std::nullopt;
  std::map<std::string, std::string> parameters;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (!is_parameter(segments[i])) {
      if (segments[i] != path[i]) return std::nullopt;
      continue;
    }
    auto value = percent_decoded(path[i], false);
    if (!value || value->empty() || value->find('/') != std::string::npos) return std::nullopt;
    parameters.emplace(segments[i].substr(1, segments[i].size() - 2), std::move(*value));
  }
  return parameters;
}

}  // namespace

std::span<const Route> routes() noexcept { return table::kRoutes; }

std::optional<Match> find_route(std::string_view method, std::string_view path, NoMatch& otherwise) {
  const auto wanted = method == "HEAD" ? std::string_view("GET") : method;
  const auto segments = split(path, '/');
  for (const auto& route : table::kRoutes) {
    auto parameters = fit(route.pattern, segments);
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
