#include "lab/controller/state_store.h"

#include <array>
#include <cstdio>
#include <iostream>
#include <string>
#include <system_error>

#include "lab/controller/coerce.h"
#include "lab/controller/files.h"

namespace ztix::lab::controller {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string padded_hex(std::uint64_t value, int width) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%.*llx", width, static_cast<unsigned long long>(value));
  return text.data();
}

std::optional<json> read_record(const fs::path& path) {
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  json record = json::parse(*text, nullptr, false);
  if (!record.is_object() || !record.contains("id") || !record["id"].is_string()) return std::nullopt;
  return record;
}

/// A failed write is one line on standard error and nothing else: the reply is 200 all the same (observed).
void write_record(const fs::path& path, const json& record) {
  try {
    fs::create_directories(path.parent_path());
    write_file(path, record.dump(), false);
  } catch (const std::system_error& error) {
    std::cerr << "WARNING: controller unable to write to path: " << error.what() << '\n';
  }
}

void raise_revision(json& record) {
  record["revision"] = (record.contains("revision") ? to_integer(record["revision"], 0) : 0) + 1;
}

}  // namespace

std::string network_text(NetworkId id) { return padded_hex(id, 16); }
std::string node_text(NodeId id) { return padded_hex(id, 10); }

StateStore::StateStore(fs::path folder) : folder_(std::move(folder)) {
  fs::create_directories(folder_ / "network");
  for (const auto& entry : fs::directory_iterator(folder_ / "network")) {
    if (entry.path().extension() == ".json") load_network(entry.path());
  }
}

void StateStore::load_network(const fs::path& path) {
  auto record = read_record(path);
  if (!record) return;
  const NetworkId id = std::stoull((*record)["id"].get<std::string>(), nullptr, 16);
  Network& network = networks_[id];
  network.record = std::move(*record);
  if (!fs::exists(member_folder(id))) return;
  for (const auto& entry : fs::directory_iterator(member_folder(id))) {
    if (entry.path().extension() != ".json") continue;
    if (auto member = read_record(entry.path())) {
      const NodeId node = std::stoull((*member)["id"].get<std::string>(), nullptr, 16);
      network.members[node] = std::move(*member);
    }
  }
}

void StateStore::announce_all() const {
  if (!listener_) return;
  for (const auto& [id, network] : networks_) {
    for (const auto& [node, member] : network.members) listener_(id, node, &member);
  }
}

std::vector<NetworkId> StateStore::network_ids() const {
  std::vector<NetworkId> ids;
  for (const auto& [id, network] : networks_) ids.push_back(id);
  return ids;
}

std::optional<json> StateStore::network(NetworkId id) const {
  const auto found = networks_.find(id);
  if (found == networks_.end()) return std::nullopt;
  return found->second.record;
}

std::optional<json> StateStore::member(NetworkId network, NodeId node) const {
  const auto owner = networks_.find(network);
  if (owner == networks_.end()) return std::nullopt;
  const auto found = owner->second.members.find(node);
  if (found == owner->second.members.end()) return std::nullopt;
  return found->second;
}

std::vector<json> StateStore::members(NetworkId network) const {
  std::vector<json> records;
  if (const auto owner = networks_.find(network); owner != networks_.end()) {
    for (const auto& [node, member] : owner->second.members) records.push_back(member);
  }
  return records;
}

void StateStore::save_network(NetworkId id, json& record, bool lose) {
  if (id == 0) return;
  if (const auto found = networks_.find(id); found != networks_.end() && found->second.record == record) return;
  raise_revision(record);
  if (lose) return;
  networks_[id].record = record;
  write_record(network_path(id), record);
}

void StateStore::save_member(NetworkId network, NodeId node, json& record, bool lose) {
  const auto owner = networks_.find(network);
  if (node == 0 || owner == networks_.end()) return;
  auto& members = owner->second.members;
  if (const auto found = members.find(node); found != members.end() && found->second == record) return;
  raise_revision(record);
  if (lose) return;
  members[node] = record;
  write_record(member_folder(network) / (node_text(node) + ".json"), record);
  if (listener_) listener_(network, node, &record);
}

void StateStore::erase_network(NetworkId id) {
  const auto found = networks_.find(id);
  if (found == networks_.end()) return;
  const Network gone = std::move(found->second);
  networks_.erase(found);
  fs::remove(network_path(id));
  fs::remove_all(member_folder(id).parent_path());
  if (!listener_) return;
  for (const auto& [node, member] : gone.members) listener_(id, node, nullptr);
}

void StateStore::erase_member(NetworkId network, NodeId node) {
  const auto owner = networks_.find(network);
  if (owner == networks_.end() || owner->second.members.erase(node) == 0) return;
  fs::remove(member_folder(network) / (node_text(node) + ".json"));
  if (listener_) listener_(network, node, nullptr);
}

fs::path StateStore::network_path(NetworkId id) const { return folder_ / "network" / (network_text(id) + ".json"); }

fs::path StateStore::member_folder(NetworkId id) const { return folder_ / "network" / network_text(id) / "member"; }

}  // namespace ztix::lab::controller
