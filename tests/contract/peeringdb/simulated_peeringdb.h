#pragma once

/// @file tests/contract/peeringdb/simulated_peeringdb.h
/// The lab's PeeringDB within a test: what it knows and what is wrong with it can be changed while it runs.

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>
#include <stdlib.h>

#include "core/http/curl_http_fetcher.h"
#include "lab/peeringdb/simulator.h"

namespace ztix::test {

class SimulatedPeeringDb {
 public:
  using Json = nlohmann::json;

  /// What `net`, `netixlan`, `poc` and `api_keys` hold; publish() after a change.
  Json document{{"users", Json::array()},
                {"net", Json::array()},
                {"netixlan", Json::array()},
                {"poc", Json::array()},
                {"api_keys", {"the-key"}}};

  [[nodiscard]] std::string origin() const { return "http://127.0.0.1:" + std::to_string(simulator_.port()); }
  [[nodiscard]] std::string api_url() const { return origin() + "/api"; }
  http::HttpFetcher& fetcher() { return fetcher_; }

  void publish() { post("/admin/directory", document); }
  /// @param word  of FaultPlan::endpoints; empty = all is well again.
  void break_all(const std::string& word) {
    post("/admin/faults", {{"endpoints", {{"net", word}, {"netixlan", word}, {"poc", word}}}});
  }
  void break_one(const std::string& object, const std::string& word) {
    post("/admin/faults", {{"endpoints", {{object, word}}}});
  }
  /// Everything that was asked so far.
  [[nodiscard]] Json queries() {
    http::Request request;
    request.url = origin() + "/admin/queries";
    return Json::parse(fetcher_.fetch(request).value().body);
  }

 private:
  /// The directory it begins with; read at once.
  class File {
   public:
    explicit File(const Json& document) {
      std::string pattern = (std::filesystem::temp_directory_path() / "ztix-peeringdb-XXXXXX").string();
      if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
      folder_ = pattern;
      std::ofstream(path()) << document.dump();
    }
    ~File() {
      std::error_code ignored;
      std::filesystem::remove_all(folder_, ignored);
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    [[nodiscard]] std::filesystem::path path() const { return folder_ / "directory.json"; }

   private:
    std::filesystem::path folder_;
  };

  void post(const std::string& path, const Json& body) {
    http::Request request;
    request.method = "POST";
    request.url = origin() + path;
    request.body = body.dump();
    const auto reply = fetcher_.fetch(request);
    if (!reply || reply->status != 200) throw std::runtime_error("the simulator refuses " + path);
  }

  File file_{document};
  lab::peeringdb::Simulator simulator_{
      {"127.0.0.1", 0, "", file_.path(), {"client", "secret", "http://localhost/auth/callback"}}};
  http::CurlHttpFetcher fetcher_{{{origin()}, {}}};
};

}  // namespace ztix::test
