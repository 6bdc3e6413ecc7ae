#include "tests/faults/people.h"

#include <mutex>
#include <random>
#include <stdexcept>

namespace ztix::faults {

std::string new_node_id() {
  static std::mutex mutex;
  static std::mt19937_64 random(std::random_device{}());
  const std::lock_guard hold(mutex);
  std::string text = "d";
  for (int i = 0; i < 9; ++i) text += "0123456789abcdef"[random() % 16];
  return text;
}

json People::as_admin(const std::string& method, const std::string& path, const json& body) {
  return ask(lab_.env("ZTIX_ADMIN_USERNAME"), method, path, body);
}

json People::as_operator(const std::string& method, const std::string& path, const json& body) {
  return ask(kOperator, method, path, body);
}

json People::wish(bool ipv4) const {
  return {{"asn", kAsn},
          {"zt_network_id", lab_.env("ZTIX_NETWORK_ID")},
          {"node_id", new_node_id()},
          {"ipv4", ipv4},
          {"note", "fault suite"}};
}

json People::ask(const std::string& username, const std::string& method, const std::string& path, const json& body) {
  for (int tries = 0;; ++tries) {
    if (!people_.contains(username)) people_.emplace(username, lab_.person(username));
    const auto reply = people_.at(username).call(method, path, method == "GET" ? json(nullptr) : body);
    if (reply.status / 100 == 2) return json::parse(reply.body).at("data");
    if (reply.status != 401 || tries > 0) {
      throw std::runtime_error(method + " " + path + " -> " + std::to_string(reply.status) + " " + reply.body);
    }
    people_.erase(username);
  }
}

}  // namespace ztix::faults
