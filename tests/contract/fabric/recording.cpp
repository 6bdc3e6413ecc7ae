#include "tests/contract/fabric/recording.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tests/support/checkout.h"

namespace ztix::test {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// Bodies were stored as text with one character for each byte; this gives the bytes back.
std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<unsigned char>(utf8[i]);
    if (first < 0x80) {
      bytes += utf8[i];
      continue;
    }
    if (first > 0xc3 || i + 1 == utf8.size()) throw std::runtime_error("a request body is not one byte a character");
    bytes += static_cast<char>(((first & 0x03) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
  }
  return bytes;
}

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

Recording read(const fs::path& path) {
  std::ifstream file(path);
  const json text = json::parse(file);
  Recording recording;
  recording.number = std::stoi(path.filename().string().substr(0, 3));
  recording.name = path.stem().string();
  recording.method = text.at("method");
  recording.path = text.at("path");
  for (const auto& [name, value] : text.at("request_headers").items()) {
    recording.request_headers.emplace_back(name, value.get<std::string>());
  }
  if (!text.at("request_body").is_null()) recording.request_body = bytes_of(text.at("request_body"));
  recording.status = text.at("status");
  if (text.contains("response_headers")) {
    for (const auto& [name, value] : text.at("response_headers").items()) {
      recording.response_headers[lower(name)] = value.get<std::string>();
    }
  }
  recording.response_body = text.at("response_body").is_null() ? "" : text.at("response_body");
  return recording;
}

}  // namespace

bool Recording::is_reply_cut() const {
  return response_body.ends_with(" characters>") || response_body.ends_with("<cut>");
}

std::vector<Recording> recordings(int first, int last) {
  std::vector<Recording> found;
  for (const auto& entry : fs::directory_iterator(test::in_checkout("tests/golden/zerotier-api"))) {
    if (entry.path().extension() != ".json") continue;
    Recording recording = read(entry.path());
    if (recording.number >= first && recording.number <= last) found.push_back(std::move(recording));
  }
  std::sort(found.begin(), found.end(), [](const Recording& a, const Recording& b) { return a.number < b.number; });
  if (found.empty()) throw std::runtime_error("no recordings");
  return found;
}

std::string in_full(const std::string& abbreviated) {
  if (const auto at = abbreviated.find("...<"); at != std::string::npos) {
    // A cut body is a JSON object with one long text at its end: the last letter is repeated, then `"}`.
    constexpr std::string_view kEnd = "\"}";
    std::string text = abbreviated.substr(0, at);
    text.append(std::stoul(abbreviated.substr(at + 4)) - kEnd.size() - text.size(), text.back());
    return text.append(kEnd);
  }
  const auto start = abbreviated.find('<');
  const auto times = abbreviated.find(" x ", start == std::string::npos ? 0 : start);
  if (start == std::string::npos || times == std::string::npos) return abbreviated;
  return abbreviated.substr(0, start) + std::string(std::stoul(abbreviated.substr(start + 1)), abbreviated[times + 3]) +
         abbreviated.substr(abbreviated.find('>', times) + 1);
}

std::string request_bytes(const Recording& recording, const std::string& token) {
  const auto with_token = [&token](std::string text) {
    const auto at = text.find("<TOKEN>");
    return at == std::string::npos ? text : text.replace(at, 7, token);
  };
  std::string bytes = recording.method + " " + in_full(with_token(recording.path)) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  bool chunked = false;
  for (const auto& [name, value] : recording.request_headers) {
    bytes += name + ": " + with_token(value) + "\r\n";
    chunked = chunked || name == "Transfer-Encoding";
  }
  const std::string body = in_full(recording.request_body.value_or(""));
  if (recording.request_body && !chunked) bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  return bytes + "\r\n" + body;
}

}  // namespace ztix::test
