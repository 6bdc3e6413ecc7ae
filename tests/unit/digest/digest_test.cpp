#include "core/digest/digest.h"

#include <set>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "core/base/text.h"
#include "core/digest/ed25519.h"

using namespace ztix;
using namespace ztix::digest;

namespace {

std::string bytes(std::string_view hex) { return from_hex(hex).value(); }
std::string hex(const Sha256& digest) { return to_hex(as_text(digest)); }

}  // namespace

TEST_CASE("sha256 gives the vectors of FIPS 180-4") {
  CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(sha256_hex(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256 of parts is that of the whole") {
  Sha256Stream stream;
  for (const auto* const part : {"abcdbcdecdefdefg", "", "efghfghighijhijkijkljklmklmnlmnomnopnopq"}) stream.add(part);
  CHECK(hex(stream.finish()) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hex(Sha256Stream().finish()) == sha256_hex(""));
}

TEST_CASE("sha256 covers bytes after a NUL") {
  CHECK(sha256_hex(std::string("a\0b", 3)) != sha256_hex(std::string("a\0c", 3)));
}

TEST_CASE("hmac_sha256 gives the vectors of RFC 4231") {
  CHECK(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")) ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST_CASE("hmac_sha256 with an empty key does not reuse the key of the call before") {
  const auto empty = hex(hmac_sha256({}, "x"));
  static_cast<void>(hmac_sha256("another key", "x"));
  CHECK(hex(hmac_sha256({}, "x")) == empty);
  CHECK(hex(hmac_sha256({}, {})) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("hkdf_sha256 gives the vectors of RFC 5869") {
  SUBCASE("test case 1") {
    CHECK(to_hex(hkdf_sha256(bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), bytes("000102030405060708090a0b0c"),
                             bytes("f0f1f2f3f4f5f6f7f8f9"), 42)) ==
          "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }
  SUBCASE("test case 3, without salt and label") {
    CHECK(to_hex(hkdf_sha256(bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), {}, {}, 42)) ==
          "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
  }
}

TEST_CASE("hkdf_sha256 gives each label a key of its own") {
  const std::set<std::string> keys{hkdf_sha256("secret", {}, "a", 32), hkdf_sha256("secret", {}, "b", 32),
                                   hkdf_sha256("secret", "salt", "a", 32), hkdf_sha256("other", {}, "a", 32)};
  CHECK(keys.size() == 4);
}

TEST_CASE("hkdf_sha256 refuses lengths RFC 5869 does not define and an empty secret") {
  CHECK_THROWS_AS(static_cast<void>(hkdf_sha256("secret", {}, "a", 0)), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(hkdf_sha256("secret", {}, "a", 255 * 32 + 1)), std::logic_error);
  CHECK_THROWS_AS(static_cast<void>(hkdf_sha256({}, {}, "a", 32)), std::logic_error);
  CHECK(hkdf_sha256("secret", {}, "a", 255 * 32).size() == 255 * 32);
}

TEST_CASE("HmacSha256 gives the same as hmac_sha256, message after message") {
  const std::string key = "a key that is used often";
  const HmacSha256 hmac(key);
  for (const std::string message : {"", "one", "two and more", "one"}) {
    CHECK(hex(hmac.of({message})) == hex(hmac_sha256(key, message)));
    CHECK(hex(hmac.of({message, "|", message})) == hex(hmac_sha256(key, message + "|" + message)));
  }
}

TEST_CASE("Ed25519Key gives the vectors of RFC 8032") {
  const Ed25519Key key(bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  CHECK(to_hex(key.public_key()) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const auto signature = key.sign(bytes("72"));
  CHECK(to_hex(signature) ==
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb430"
        "2aeeb00d291612bb0c00");
  CHECK(key.verify(bytes("72"), signature));
  CHECK_FALSE(key.verify(bytes("73"), signature));
  CHECK_FALSE(key.verify(bytes("72"), std::string(64, 'x')));
  CHECK_FALSE(key.verify(bytes("72"), ""));
  CHECK(key.public_key_pem().starts_with("-----BEGIN PUBLIC KEY-----\n"));
}

TEST_CASE("Ed25519Key wants a seed of 32 bytes") { CHECK_THROWS_AS(Ed25519Key("short"), std::logic_error); }
