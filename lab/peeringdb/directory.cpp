#include "lab/peeringdb/directory.h"

#include <fstream>
#include <stdexcept>

namespace ztix::lab::peeringdb {

namespace {

using nlohmann::json;

json checked(json document) {
  if (!document.is_object() || !document.contains("users") || !document["users"].is_array() ||
      !document.contains("net") || !document["net"].is_array()) {
    throw std::invalid_argument("the document needs the lists `users` and `net`");
  }
  for (const auto& user : document["users"]) {
    if (!user.is_object() || !user.contains("id") || !user["id"].is_number_integer()) {
      throw std::invalid_argument("a user has no id");
    }
  }
  return document;
}

json read(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("cannot read " + file.string());
  return checked(json::parse(stream));
}

}  // namespace

Directory::Directory(const std::filesystem::path& file) : document_(read(file)) {}

json Directory::document() const {
  return document_.with([](const json& document) { return document; });
}

void Directory::replace(json document) {
  auto fresh = checked(std::move(document));
  document_.with([&fresh](json& current) { current = std::move(fresh); });
}

std::vector<json> Directory::users() const { return document().at("users").get<std::vector<json>>(); }

std::optional<json> Directory::user(int id) const {
  for (auto& one : users()) {
    if (one.at("id") == id) return std::move(one);
  }
  return std::nullopt;
}

json Directory::networks_of(const json& user) const {
  const auto all = document();
  json shown = json::array();
  for (const auto& link : user.value("networks", json::array())) {
    for (const auto& net : all.at("net")) {
      if (net.at("id") != link.at("id")) continue;
      shown.push_back({{"id", net.at("id")},
                       {"name", net.value("name", "")},
                       {"asn", net.at("asn")},
                       {"perms", link.value("perms", 1)},
                       {"manage_peering_sessions", link.value("manage_peering_sessions", false)}});
    }
  }
  return shown;
}

}  // namespace ztix::lab::peeringdb
