#include "core/digest/secret_box.h"

#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

namespace ztix::digest {
namespace {

const SecretString kMaster("a key of a test that is long enough");
const std::string kNonce = "twelve bytes";

TEST_CASE("A sealed secret opens for its owner and its purpose only") {
  const SecretBox box(kMaster, "factors");
  const auto sealed = box.seal(SecretString("the secret"), "alice", kNonce);
  CHECK(sealed.find("the secret") == std::string::npos);
  REQUIRE(box.open(sealed, "alice"));
  CHECK(box.open(sealed, "alice")->expose() == "the secret");
  CHECK_FALSE(box.open(sealed, "bob"));
  CHECK_FALSE(SecretBox(kMaster, "something else").open(sealed, "alice"));
  CHECK_FALSE(SecretBox(SecretString("another key of a test, as long"), "factors").open(sealed, "alice"));
}

TEST_CASE("A sealed secret that was changed anywhere does not open") {
  const SecretBox box(kMaster, "factors");
  const auto sealed = box.seal(SecretString("the secret"), "alice", kNonce);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = changed[i] == '0' ? '1' : '0';
    CHECK_FALSE(box.open(changed, "alice"));
  }
  for (const std::string& bad : {std::string(), std::string("xy"), sealed.substr(2), sealed + "00"}) {
    CHECK_FALSE(box.open(bad, "alice"));
  }
}

TEST_CASE("A nonce of another length is a mistake of the program") {
  const SecretBox box(kMaster, "factors");
  CHECK_THROWS_AS(static_cast<void>(box.seal(SecretString("x"), "alice", "short")), std::logic_error);
}

}  // namespace
}  // namespace ztix::digest
