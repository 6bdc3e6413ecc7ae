#include "app/http/json_body.h"

#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace ztix::app {
namespace {

using nlohmann::json;

constexpr int kDeepest = 8;

Error bad(std::string message, std::string_view reason) {
  return fail(ErrorCode::invalid_argument, std::move(message)).with_reason(reason);
}

Error wrong_type(const std::string& field, std::string_view expected) {
  return bad("The field " + field + " must be " + std::string(expected) + ".", "wrong_type").with_fact("field", field);
}

/// Watches the parser go by: keys of the objects that are open, and how deep they are.
class Observer {
 public:
  bool see(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > kDeepest) too_deep_ = true;
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end && !keys_.empty()) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.empty()) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_.back().insert(key).second) duplicate_ = true;
      if (key.find('\0') != std::string::npos) nul_ = true;
    }
    if (event == json::parse_event_t::value && parsed.is_string()) {
      if (parsed.get_ref<const std::string&>().find('\0') != std::string::npos) nul_ = true;
    }
    return true;
  }

  [[nodiscard]] Status verdict() const {
    if (too_deep_) return bad("The JSON is nested too deeply.", "nested_too_deep");
    if (duplicate_) return bad("A field of the JSON comes twice.", "duplicate_key");
    if (nul_) return bad("The JSON has a NUL character.", "nul_character");
    return {};
  }

 private:
  std::vector<std::set<std::string>> keys_;
  bool too_deep_ = false;
  bool duplicate_ = false;
  bool nul_ = false;
};

}  // namespace

JsonBody::JsonBody(std::unique_ptr<json> object) : object_(std::move(object)) {}
JsonBody::JsonBody(JsonBody&& other) noexcept = default;
JsonBody& JsonBody::operator=(JsonBody&& other) noexcept = default;
JsonBody::~JsonBody() = default;

Result<JsonBody> JsonBody::parse(std::string_view text) {
  if (text.empty()) return JsonBody(std::make_unique<json>(json::object()));
  if (text.find('\0') != std::string_view::npos) return bad("The body has a NUL character.", "nul_character");
  Observer observer;
  auto parsed = std::make_unique<json>(json::parse(
      text,
      [&observer](int depth, json::parse_event_t event, const json& value) {
        return observer.see(depth, event, value);
      },
      false));
  if (parsed->is_discarded() || !parsed->is_object()) return bad("The body must be one JSON object.", "bad_json");
  ZTIX_CHECK(observer.verdict());
  return JsonBody(std::move(parsed));
}

const json* JsonBody::find(const std::string& field) {
  asked_.insert(field);
  const auto found = object_->find(field);
  return found == object_->end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> JsonBody::text(const std::string& field) {
  ZTIX_ASSIGN(auto value, optional_text(field));
  if (!value) return bad("The field " + field + " is missing.", "missing_field").with_fact("field", field);
  return std::move(*value);
}

Result<std::optional<std::string>> JsonBody::optional_text(const std::string& field) {
  const auto* const value = find(field);
  if (value == nullptr) return std::optional<std::string>{};
  if (!value->is_string()) return wrong_type(field, "a text");
  return std::optional<std::string>(value->get<std::string>());
}

Result<std::uint64_t> JsonBody::number(const std::string& field) {
  const auto* const value = find(field);
  if (value == nullptr) return bad("The field " + field + " is missing.", "missing_field").with_fact("field", field);
  if (!value->is_number_unsigned()) return wrong_type(field, "a whole number");
  return value->get<std::uint64_t>();
}

Result<std::int64_t> JsonBody::integer(const std::string& field) {
  const auto* const value = find(field);
  if (value == nullptr) return bad("The field " + field + " is missing.", "missing_field").with_fact("field", field);
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<std::uint64_t>() <= std::uint64_t{INT64_MAX});
  if (!fits) return wrong_type(field, "a whole number");
  return value->get<std::int64_t>();
}

Result<std::optional<std::uint64_t>> JsonBody::optional_number(const std::string& field) {
  if (find(field) == nullptr) return std::optional<std::uint64_t>{};
  ZTIX_ASSIGN(const auto value, number(field));
  return std::optional(value);
}

Result<std::optional<bool>> JsonBody::optional_flag(const std::string& field) {
  const auto* const value = find(field);
  if (value == nullptr) return std::optional<bool>{};
  if (!value->is_boolean()) return wrong_type(field, "true or false");
  return std::optional<bool>(value->get<bool>());
}

Status JsonBody::finish() const {
  for (const auto& [field, value] : object_->items()) {
    if (asked_.contains(field)) continue;
    // The name is the client's own text; a long one is not repeated.
    return bad("There is a field that this call does not know.", "unknown_field")
        .with_fact("field", field.substr(0, 64));
  }
  return {};
}

}  // namespace ztix::app
