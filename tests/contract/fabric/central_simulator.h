#pragma once

/// @file tests/contract/fabric/central_simulator.h
/// A small stand-in for ZeroTier Central, made from its published API description. It has what the adapter uses:
/// fields below `config`, members as one array, the `token` scheme, 404 for what is unknown, ids that it makes up
/// itself.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <nlohmann/json.hpp>

#include "lab/controller/http_server.h"

namespace ztix::test {

class CentralSimulator {
 public:
  explicit CentralSimulator(std::string token);

  [[nodiscard]] std::string base_url() const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + "/api/v1";
  }

  /// What a person does on Central's web page.
  void add_network(const std::string& id);

  std::atomic<unsigned> lost_writes{0};

 private:
  lab::controller::Reply answer(const lab::controller::Call& call);
  lab::controller::Reply answer_network(const lab::controller::Call& call, nlohmann::json& network);
  lab::controller::Reply answer_member(const lab::controller::Call& call, const std::string& network,
                                       const std::string& node);
  lab::controller::Reply stored(nlohmann::json& record, const std::string& body);

  std::string token_;
  std::mutex mutex_;
  std::map<std::string, nlohmann::json> networks_;
  std::map<std::string, std::map<std::string, nlohmann::json>> members_;
  std::unique_ptr<lab::controller::HttpServer> server_;
};

}  // namespace ztix::test
