#pragma once

/// @file tests/contract/fabric/id_rewriter.h
/// Recorded ids made into those of the controller under test, so that no answer can be looked up.

#include <map>
#include <string>

namespace ztix::test {

/// Replaces ids in texts, in lower and in upper case; longer ids first, so that a network's own id wins over the
/// address it begins with.
class IdRewriter {
 public:
  /// Both of the same length, in lower case. A later mapping of the same id replaces the earlier one.
  void map(const std::string& recorded, const std::string& actual);
  void forget(const std::string& recorded);
  [[nodiscard]] std::string rewrite(std::string text) const;

 private:
  struct LongerFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  std::map<std::string, std::string, LongerFirst> actual_;
};

}  // namespace ztix::test
