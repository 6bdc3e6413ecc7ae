#include "core/config/env_example.h"

#include "core/config/declarations.h"

namespace ztix::config {
namespace {

std::string readers(unsigned programs) {
  std::string names;
  const auto add = [&](unsigned bit, const char* name) {
    if ((programs & bit) == 0) return;
    names += (names.empty() ? "" : ", ") + std::string(name);
  };
  add(kApp, "app");
  add(kWorker, "worker");
  add(kCli, "cli");
  return names;
}

std::string unit(const Declaration& one) {
  const auto range = [&one] { return std::to_string(one.min) + "–" + std::to_string(one.max); };
  switch (one.type) {
    case ValueType::text:
      return one.secret ? "secret" : "text";
    case ValueType::flag:
      return "true|false";
    case ValueType::integer:
      return "number " + range();
    case ValueType::seconds:
      return "seconds " + range();
    case ValueType::milliseconds:
      return "milliseconds " + range();
    case ValueType::word:
      return std::string(one.choices);
    case ValueType::url:
      return one.secret ? "URL, secret" : "URL";
    case ValueType::listen:
      return "ADDRESS:PORT";
    case ValueType::prefixes:
      return "prefixes, comma-separated";
    case ValueType::networks:
      return "network ids, comma-separated";
    case ValueType::path:
      return "path";
  }
  return {};
}

}  // namespace

std::string env_example() {
  std::string out =
      "# Settings of ZTIX. Made from core/config/declarations.cpp; a test holds the two together.\n"
      "# Empty = not set. A secret NAME may be given as NAME_FILE instead: a file that others cannot read.\n";
  for (const auto& one : declarations()) {
    out += "\n# " + std::string(one.meaning) + "\n# (" + unit(one) + "; " + readers(one.programs) + ")\n";
    // Quoted where a shell would see several words; compose files take both forms.
    const std::string quote = one.fallback.find(' ') == std::string_view::npos ? "" : "\"";
    out += std::string(one.name) + "=" + quote + std::string(one.fallback) + quote + "\n";
  }
  return out;
}

}  // namespace ztix::config
