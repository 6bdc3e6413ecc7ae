#include "tests/support/crafting_member.h"

namespace ztix::test {
namespace {

bool is_v6(const std::string& text) { return text.find(':') != std::string::npos; }

std::string path_statements(const Crafted& crafted, std::uint32_t own) {
  if (crafted.also.find("bgp_path") != std::string::npos) return {};
  if (crafted.path.empty()) return "bgp_path.prepend(" + std::to_string(own) + "); ";
  std::string text;
  // The last one is prepended first.
  for (const auto each : crafted.path) text.insert(0, "bgp_path.prepend(" + std::to_string(each) + "); ");
  return text;
}

std::string family_part(const CraftingMember& member, bool v6) {
  const std::string family = v6 ? "ipv6" : "ipv4";
  const std::string suffix = v6 ? "v6" : "v4";
  std::string routes;
  std::string statements;
  for (const auto& crafted : member.announces) {
    if (is_v6(crafted.prefix) != v6) continue;
    routes += "  route " + crafted.prefix + " blackhole;\n";
    statements += "  if net = " + crafted.prefix + " then { " + path_statements(crafted, member.asn) + crafted.also +
                  " accept; }\n";
  }
  return "protocol static own_" + suffix + " {\n  " + family + ";\n" + routes + "}\n" + "filter out_" + suffix +
         " {\n  if source != RTS_STATIC then reject;\n" + statements + "  reject;\n}\n" + "protocol bgp rs_" + suffix +
         " {\n  local " + (v6 ? member.address_v6 : member.address_v4) + " as " + std::to_string(member.asn) +
         ";\n  neighbor " + (v6 ? member.route_server_v6 : member.route_server_v4) + " as " +
         std::to_string(member.route_server_asn) + ";\n  " + member.options +
         "\n  rs client;\n  interpret communities off;\n  connect delay time 1;\n  connect retry time 1;\n  error wait "
         "time 1, 1;\n  " +
         family + " { import all; export filter out_" + suffix + "; };\n}\n";
}

}  // namespace

std::string crafting_config(const CraftingMember& member) {
  return "log stderr all;\nrouter id " + member.address_v4 + ";\nprotocol device {}\n" + family_part(member, false) +
         family_part(member, true);
}

}  // namespace ztix::test
