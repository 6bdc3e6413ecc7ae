#include "route-server/helper/root_text.h"

#include <string>

#include <doctest/doctest.h>

namespace ztix::helper {
namespace {

const std::string kA(64, 'a');
const std::string kB(64, 'b');

std::string include_of(const std::string& digest) {
  return "include \"/var/lib/ztix-rs/object-" + digest + ".conf\";\n";
}

std::string define_of(const std::string& digest) { return "define ZTIX_DIGEST = \"" + digest + "\";\n"; }

TEST_CASE("objects are listed in the order of the text, each once") {
  const auto includes = includes_of("# ztix-root\n" + include_of(kB) + include_of(kA) + include_of(kB));
  CHECK(includes.objects == std::vector<std::string>{kB, kA});
  CHECK_FALSE(includes.foreign);
}

TEST_CASE("whatever else BIRD would include is foreign") {
  for (const auto& line : {std::string("include \"/etc/bird/envvars\";\n"), "\t include \"x\";\n" + include_of(kA),
                           " " + include_of(kA), "include \"/var/lib/ztix-rs/object-" + kA + ".conf\"; # more\n",
                           "include \"/var/lib/ztix-rs/object-" + kA + "a.conf\";\n", std::string("include\"x\";"),
                           std::string("include \"/var/lib/ztix-rs/object-*.conf\";\n")}) {
    CAPTURE(line);
    CHECK(includes_of(line).foreign);
    CHECK(has_include("# first\n" + line));
  }
  CHECK_FALSE(includes_of("# include \"x\";\nfilter f { }\n").foreign);
  CHECK_FALSE(has_include("# include \"x\";\n"));
}

TEST_CASE("a root's own digest stands in its first twenty lines") {
  CHECK(own_digest("# ztix-root\n" + define_of(kA)) == kA);
  CHECK(own_digest(std::string(19, '\n') + define_of(kA)) == kA);
  CHECK(own_digest(std::string(20, '\n') + define_of(kA)).empty());
  CHECK(own_digest("# ztix-root\n").empty());
  CHECK(own_digest(define_of("abc") + define_of(kA)).empty());
}

TEST_CASE("digest and revision of a stored root are found wherever they stand") {
  const auto labels = labels_of(std::string(30, '\n') + "define ZTIX_REVISION = 7;\n" + define_of("abc"));
  CHECK(labels.digest == "abc");
  CHECK(labels.revision == "7");
  CHECK(labels_of("define ZTIX_REVISION = x;\n").revision == "-");
  CHECK(labels_of("").digest == "-");
}

}  // namespace
}  // namespace ztix::helper
