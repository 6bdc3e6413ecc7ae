#pragma once

/// @file tests/e2e/sessions.h
/// Members and their BGP sessions, as the stories of several files ask for them.

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/e2e/lab.h"

namespace ztix::test {

/// The open request of one of the lab's own members, e.g. m1.
json request_of(Lab& lab, const std::string& member);
/// POST admin/requests/ID/WHAT.
json order(Lab& lab, const json& request, const std::string& what, const json& body = json::object());

/// The name of its BGP protocol on every route server.
std::string session(const json& request, const std::string& family);
bool is_established(const Lab& lab, const std::string& node, const std::string& name);
/// Both families, on rs1 and on rs2: all of them up, or with `wanted` false all of them down.
bool are_established(const Lab& lab, const json& request, bool wanted = true);
/// How many of the protocols that match a pattern of birdc are Established.
int established_of(const Lab& lab, const std::string& node, const std::string& pattern);
/// Has the route server a BGP protocol of this ASN?
bool has_peer(const Lab& lab, const std::string& node, std::uint32_t asn);

/// Whether the fabric lets its node in.
bool is_let_in(const Lab& lab, const std::string& node_id);
/// Neither let in nor with an address.
bool is_cut_off(const Lab& lab, const std::string& node_id);

/// Looks again and again, until it goes away.
class Sampler {
 public:
  Sampler(std::chrono::milliseconds pause, std::function<void()> look);
  ~Sampler() { stop(); }
  Sampler(const Sampler&) = delete;
  Sampler& operator=(const Sampler&) = delete;
  /// @return how often it has looked.
  int stop();

 private:
  std::atomic<int> samples_{0};
  std::jthread thread_;
};

/// Looks every 200 ms, until it goes away, whether a session is Established; that none was is checked at its end.
class NeverUp {
 public:
  /// @param sessions  node and name.
  NeverUp(const Lab& lab, std::vector<std::pair<std::string, std::string>> sessions);
  ~NeverUp();
  NeverUp(const NeverUp&) = delete;
  NeverUp& operator=(const NeverUp&) = delete;

 private:
  std::atomic<int> seen_up_{0};
  Sampler sampler_;
};

}  // namespace ztix::test
