#include "core/log/format.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace ztix::log {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 6> kFields{"time", "level", "program", "message", "request_id", "job_id"};

std::string field_name(std::string_view key) {
  if (std::find(kFields.begin(), kFields.end(), key) != kFields.end()) return "fact_" + std::string(key);
  return std::string(key);
}

Json to_json(const Fact::Value& value) {
  return std::visit([](const auto& held) { return Json(held); }, value);
}

std::string dumped(const Json& json) {
  auto text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
  // The library leaves DEL as it is; some terminals act on it.
  for (auto at = text.find('\x7f'); at != std::string::npos; at = text.find('\x7f', at)) text.replace(at, 1, "\\u007f");
  return text;
}

/// As it is when it is one plain word, else as a JSON string.
std::string readable(const Fact::Value& value) {
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return dumped(to_json(value));
  const bool plain = !text->empty() && std::all_of(text->begin(), text->end(), [](char c) {
    return c > ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '=';
  });
  return plain ? *text : dumped(Json(*text));
}

}  // namespace

std::string to_json_line(const Record& record) {
  Json line = Json::object();
  line["time"] = to_rfc3339(record.at);
  line["level"] = to_string(record.level);
  if (!record.program.empty()) line["program"] = record.program;
  line["message"] = record.event;
  if (!record.request_id.empty()) line["request_id"] = record.request_id;
  if (record.job_id != 0) line["job_id"] = record.job_id;
  for (const auto& fact : record.facts) line[field_name(fact.key)] = to_json(fact.value);
  return dumped(line);
}

std::string to_readable_line(const Record& record) {
  std::string line = to_rfc3339(record.at).substr(11, 12) + " ";
  const std::string level(to_string(record.level));
  line += level + std::string(6 - std::min<std::size_t>(level.size(), 5), ' ');
  line += readable(std::string(record.event));
  for (const auto& fact : record.facts) line += " " + readable(std::string(fact.key)) + "=" + readable(fact.value);
  if (record.job_id != 0) line += " job=" + std::to_string(record.job_id);
  if (!record.request_id.empty()) line += " request=" + readable(std::string(record.request_id));
  return line;
}

}  // namespace ztix::log
