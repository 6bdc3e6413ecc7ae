#include "tests/e2e/sessions.h"

#include <algorithm>

#include <doctest/doctest.h>

namespace ztix::test {

json request_of(Lab& lab, const std::string& member) {
  const auto asn = 1'000'000 + std::stoll(member.substr(1));
  const auto row = lab.sql("SELECT id::text AS id FROM request WHERE asn = $1 AND state = 'active'", {asn}).one();
  return lab.admin().ask("GET", "admin/requests/" + row.get<std::string>("id"));
}

json order(Lab& lab, const json& request, const std::string& what, const json& body) {
  return lab.admin().ask("POST", "admin/requests/" + Lab::id(request) + "/" + what, body);
}

std::string session(const json& request, const std::string& family) {
  const auto router = request.at("router_sequence").dump();
  return "as" + request.at("asn").dump() + "_" + std::string(4 - router.size(), '0') + router + "_n1_" + family;
}

bool is_established(const Lab& lab, const std::string& node, const std::string& name) {
  return established_of(lab, node, name) > 0;
}

bool are_established(const Lab& lab, const json& request, bool wanted) {
  for (const auto* node : {"rs1", "rs2"}) {
    for (const auto* family : {"v4", "v6"}) {
      if (is_established(lab, node, session(request, family)) != wanted) return false;
    }
  }
  return true;
}

int established_of(const Lab& lab, const std::string& node, const std::string& pattern) {
  const auto text = lab.birdc(node, "show protocols \"" + pattern + "\"");
  int count = 0;
  for (std::size_t at = 0; (at = text.find("Established", at)) != std::string::npos; ++at) ++count;
  return count;
}

bool has_peer(const Lab& lab, const std::string& node, std::uint32_t asn) {
  const auto peers = lab.peers(node);
  return std::any_of(peers.begin(), peers.end(), [&](const std::string& name) {
    return name.find("as" + std::to_string(asn) + "_") != std::string::npos;
  });
}

bool is_let_in(const Lab& lab, const std::string& node_id) {
  const auto member = lab.controller_member(node_id);
  return !member.is_null() && member.at("authorized") == true;
}

bool is_cut_off(const Lab& lab, const std::string& node_id) {
  const auto member = lab.controller_member(node_id);
  return member.is_null() || (member.at("authorized") == false && member.at("ipAssignments").empty());
}

Sampler::Sampler(std::chrono::milliseconds pause, std::function<void()> look)
    : thread_([this, pause, look = std::move(look)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          look();
          ++samples_;
          std::this_thread::sleep_for(pause);
        }
      }) {}

int Sampler::stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  return samples_;
}

NeverUp::NeverUp(const Lab& lab, std::vector<std::pair<std::string, std::string>> sessions)
    : sampler_(std::chrono::milliseconds(200), [this, &lab, sessions = std::move(sessions)] {
        for (const auto& [node, name] : sessions) {
          if (is_established(lab, node, name)) ++seen_up_;
        }
      }) {}

NeverUp::~NeverUp() {
  CHECK(sampler_.stop() > 10);
  CHECK(seen_up_ == 0);
}

}  // namespace ztix::test
