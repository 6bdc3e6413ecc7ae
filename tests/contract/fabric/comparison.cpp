#include "tests/contract/fabric/comparison.h"

#include <algorithm>
#include <chrono>

#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace ztix::test {

namespace {

using nlohmann::json;

const std::set<std::string> kClocks{"creationTime", "lastAuthorizedTime", "lastDeauthorizedTime", "clock"};
const std::set<std::string> kIdentities{"identity", "publicIdentity"};

std::uint64_t now_ms() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

/// Lists of networks are in the order of their ids, which the rewriting changes.
json sorted_by_id(json list) {
  const auto key = [](const json& entry) {
    const json& id = entry.is_object() && entry.contains("id") ? entry.at("id") : entry;
    return id.is_string() ? id.get<std::string>() : std::string();
  };
  const auto is_id = [&key](const json& entry) { return key(entry).size() == 16; };
  if (std::all_of(list.begin(), list.end(), is_id)) {
    std::sort(list.begin(), list.end(), [&key](const json& a, const json& b) { return key(a) < key(b); });
  }
  return list;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_hex(char letter) { return is_digit(letter) || (letter >= 'a' && letter <= 'f'); }

/// Text in which the only thing that varies is the clock (any number of 13 digits) and bytes that are no UTF-8.
std::string without_clock(const std::string& text) {
  constexpr std::size_t kClockDigits = 13;
  std::string printable;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto end = std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_digit);
    const auto digits = static_cast<std::size_t>(end - text.begin()) - at;
    if (digits == kClockDigits) printable += "<clock>";
    if (digits > 0 && digits != kClockDigits) printable += text.substr(at, digits);
    if (digits == 0 && static_cast<unsigned char>(text[at]) < 0x80) printable += text[at];
    at += std::max<std::size_t>(digits, 1);
  }
  return printable;
}

/// `address:0:` and 128 hexadecimal digits.
bool is_identity_of(const std::string& text, const std::string& address) {
  const std::string head = address + ":0:";
  return text.size() == head.size() + 128 && text.starts_with(head) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(head.size()), text.end(), is_hex);
}

}  // namespace

Comparison::Comparison() : started_ms_(now_ms()) {}

std::vector<std::string> Comparison::differences(const Recording& recording, const std::string& expected_body,
                                                 const RawReply& actual, const std::set<std::string>& undetermined) {
  differences_.clear();
  undetermined_ = undetermined;
  record_ = recording.path;
  compare_heads(recording, actual, undetermined.empty());
  if (recording.status != actual.status) return differences_;
  const bool whole_body = !recording.is_reply_cut() && recording.method != "HEAD";
  if (whole_body) compare_bodies(expected_body, actual.body);
  return differences_;
}

void Comparison::compare_heads(const Recording& recording, const RawReply& actual, bool same_length) {
  if (recording.status != actual.status) {
    note("status " + std::to_string(actual.status) + ", not " + std::to_string(recording.status));
  }
  // Exchanges with a member's own service were stored without headers, and none of those is compared.
  std::vector<std::string> names{"content-type", "keep-alive", "accept-ranges"};
  if (same_length) names.emplace_back("content-length");
  const auto value = [](const auto& headers, const std::string& name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string("(none)") : found->second;
  };
  for (const std::string& name : names) {
    const std::string expected = value(recording.response_headers, name);
    const std::string given = value(actual.headers, name);
    if (expected != given) note(join({name, " is ", given, ", not ", expected}, ""));
  }
}

void Comparison::compare_bodies(const std::string& expected, const std::string& actual) {
  const json expected_json = json::parse(expected, nullptr, false);
  const json actual_json = json::parse(actual, nullptr, false);
  const bool one_line = !expected_json.is_discarded() && expected.find('\n') == std::string::npos &&
                        expected.find("\"error\"") == std::string::npos;
  if (!one_line) {
    if (without_clock(expected) != without_clock(actual)) note("text is " + actual + ", not " + expected);
    return;
  }
  if (actual_json.is_discarded()) return note("not JSON: " + actual);
  if (actual_json.dump() != actual) note("not in one line with sorted keys");
  compare_values("", expected_json, actual_json);
}

void Comparison::compare_values(const std::string& where, const json& expected, const json& actual) {
  if (expected.type() != actual.type() && !(expected.is_number() && actual.is_number())) {
    return note(where + " is a " + actual.type_name() + ", not a " + expected.type_name());
  }
  if (expected.is_object()) return compare_objects(where, expected, actual);
  if (!expected.is_array()) {
    if (expected != actual) note(where + " is " + actual.dump() + ", not " + expected.dump());
    return;
  }
  const json sorted = sorted_by_id(expected);
  if (sorted.size() != actual.size()) return note(where + " is " + actual.dump() + ", not " + sorted.dump());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    compare_values(where + "[" + std::to_string(i) + "]", sorted[i], actual[i]);
  }
}

void Comparison::compare_objects(const std::string& where, const json& expected, const json& actual) {
  if (expected.contains("id") && expected["id"].is_string()) record_ = expected["id"];
  for (const auto& [name, value] : actual.items()) {
    if (!expected.contains(name)) note(join({where, " has ", name, " too"}, ""));
  }
  for (const auto& [name, value] : expected.items()) {
    const std::string field = join({where, name}, "/");
    if (!actual.contains(name)) {
      note(field + " is missing");
    } else if (undetermined_.contains(name)) {
      if (value.type() != actual[name].type()) note(field + " has another type");
    } else if (kClocks.contains(name)) {
      compare_clock(field, name, value, actual[name]);
    } else if (kIdentities.contains(name)) {
      compare_identity(field, value, actual[name]);
    } else {
      compare_values(field, value, actual[name]);
    }
  }
}

void Comparison::compare_clock(const std::string& where, const std::string& name, std::uint64_t expected,
                               std::uint64_t actual) {
  if (expected == 0 || actual == 0) {
    if (expected != actual) note(where + " is " + std::to_string(actual) + ", not " + std::to_string(expected));
    return;
  }
  if (actual < started_ms_ || actual > now_ms()) note(where + " is not a time of this series");
  if (name == "clock") return;
  const auto [known, is_new] = clocks_.emplace(std::tuple(record_, name, expected), actual);
  if (!is_new && known->second != actual) note(where + " changed although it did not in the recording");
}

void Comparison::compare_identity(const std::string& where, const std::string& expected, const std::string& actual) {
  if (!is_identity_of(actual, expected.substr(0, 10))) note(where + " is " + actual);
}

}  // namespace ztix::test
