#include "tests/support/tiny_bird_config.h"

#include "core/digest/digest.h"

namespace ztix::test {

std::string session_name(int n) { return "as" + std::to_string(64500 + n) + "_1_n1_v4"; }

std::string session_object(int n) {
  return "protocol bgp " + session_name(n) + " {\n\tlocal 127.0.0.1 as 64500;\n\tneighbor 127.0.0." +
         std::to_string(n + 1) + " as " + std::to_string(64500 + n) +
         ";\n\tmultihop;\n\tipv4 { import none; export none; };\n}\n";
}

TinyRoot tiny_root(int revision, const std::vector<std::string>& objects, const std::string& extra) {
  const std::string mark = "# ztix-root\n";
  std::string body =
      "router id 192.0.2.1;\ntimeformat protocol iso long ms;\nprotocol device ztix_device { }\nroa4 table "
      "ztix_roa_v4;\n" +
      extra;
  for (const auto& object : objects) {
    body += "include \"/var/lib/ztix-rs/object-" + digest::sha256_hex(object) + ".conf\";\n";
  }
  TinyRoot root;
  root.ztix_digest = digest::sha256_hex(mark + body);
  root.text = mark + "define ZTIX_REVISION = " + std::to_string(revision) + ";\ndefine ZTIX_DIGEST = \"" +
              root.ztix_digest + "\";\n" + body;
  root.file_digest = digest::sha256_hex(root.text);
  return root;
}

}  // namespace ztix::test
