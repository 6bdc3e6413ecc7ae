#include "tests/e2e/announcing.h"

#include <cstdlib>
#include <fstream>

namespace ztix::test {

Announcing::Announcing(const Lab& lab, std::string node, const std::vector<std::string>& prefixes)
    : lab_(lab),
      node_(std::move(node)),
      path_(lab.env("ZTIX_LAB_STATE_DIR") + "/nodes/" + node_ + "/bird/announce.conf"),
      own_(read_file(path_)) {
  auto text = own_;
  for (const auto& prefix : prefixes) {
    const std::string channel = prefix.find(':') == std::string::npos ? "  ipv4;\n" : "  ipv6;\n";
    text.insert(text.find(channel) + channel.size(), "  route " + prefix + " blackhole;\n");
  }
  announce(text);
}

// Written in place: the file's owner and mode stay.
void Announcing::announce(const std::string& text) const {
  std::ofstream(path_, std::ios::trunc) << text;
  lab_.birdc(node_, "configure");
}

int count_routes(const Lab& lab, const std::string& node, const std::string& session) {
  const auto table = std::string("master") + session.back();
  // 12 of 40 routes for 30 networks in table master4
  const auto answer = lab.birdc(node, "show route table " + table + " protocol " + session + " count");
  const auto at = answer.find(" of ");
  return at == std::string::npos ? 0 : std::atoi(answer.c_str() + answer.rfind('\n', at) + 1);
}

}  // namespace ztix::test
