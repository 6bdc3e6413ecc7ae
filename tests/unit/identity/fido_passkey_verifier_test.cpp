#include "core/identity/fido_passkey_verifier.h"

#include <doctest/doctest.h>

#include "tests/support/software_passkey.h"

using namespace ztix;
using identity::FidoPasskeyVerifier;
using service::Passkey;

namespace {

constexpr auto kOrigin = "https://ix.example.net";
const std::string kChallenge(32, 'c');

struct World {
  FidoPasskeyVerifier verifier{"https://ix.example.net/"};
  test::SoftwarePasskey key{kOrigin};
  Passkey registered() { return verifier.registered(key.register_with(kChallenge), kChallenge).value(); }
  std::string refusal(const service::PasskeyAssertion& assertion, const Passkey& passkey) {
    const auto verified = verifier.verify(assertion, passkey, kChallenge);
    return verified ? "accepted" : verified.error().reason;
  }
  std::string refusal(const service::PasskeyRegistration& registration) {
    const auto made = verifier.registered(registration, kChallenge);
    return made ? "accepted" : made.error().reason;
  }
};

}  // namespace

TEST_CASE("A passkey is bound to the host of the public address") {
  CHECK(FidoPasskeyVerifier("http://localhost:8080").relying_party() == "localhost");
  CHECK(FidoPasskeyVerifier("https://ix.example.net/portal").relying_party() == "ix.example.net");
}

TEST_CASE("A passkey that was registered is accepted, and its counter goes on") {
  World world;
  const auto passkey = world.registered();
  CHECK(passkey.credential_id == world.key.credential_id);
  CHECK(passkey.public_key.size() == 64);
  CHECK(world.verifier.verify(world.key.assert_with(kChallenge), passkey, kChallenge).value() == 1);
  CHECK(world.verifier.verify(world.key.assert_with(kChallenge), passkey, kChallenge).value() == 2);
}

TEST_CASE("A passkey that does not count is accepted again and again") {
  World world;
  world.key.step = 0;
  const auto passkey = world.registered();
  CHECK(world.verifier.verify(world.key.assert_with(kChallenge), passkey, kChallenge).value() == 0);
  CHECK(world.verifier.verify(world.key.assert_with(kChallenge), passkey, kChallenge).value() == 0);
}

TEST_CASE("[identity 14] A passkey's answer to another challenge is refused") {
  World world;
  const auto passkey = world.registered();
  CHECK(world.refusal(world.key.assert_with(std::string(32, 'd')), passkey) == "wrong_passkey");
  CHECK(world.refusal(world.key.register_with(std::string(32, 'd'))) == "wrong_passkey");
}

TEST_CASE("[identity 14] A passkey's answer that another site asked for is refused") {
  World world;
  const auto passkey = world.registered();
  world.key.origin = "https://ix.example.net.evil.example";
  CHECK(world.refusal(world.key.assert_with(kChallenge), passkey) == "wrong_passkey");
  CHECK(world.refusal(world.key.register_with(kChallenge)) == "wrong_passkey");
  world.key.origin = kOrigin;
  world.key.relying_party = "evil.example";
  CHECK(world.refusal(world.key.assert_with(kChallenge), passkey) == "wrong_passkey");
  CHECK(world.refusal(world.key.register_with(kChallenge)) == "wrong_passkey");
}

TEST_CASE("[identity 14] A registration is no login and a login no registration") {
  World world;
  const auto passkey = world.registered();
  auto login = world.key.assert_with(kChallenge);
  auto registration = world.key.register_with(kChallenge);
  std::swap(login.client_data_json, registration.client_data_json);
  CHECK(world.refusal(login, passkey) == "wrong_passkey");
  CHECK(world.refusal(registration) == "wrong_passkey");
}

TEST_CASE("[identity 14] A passkey that nobody touched is refused") {
  World world;
  const auto passkey = world.registered();
  world.key.user_present = false;
  CHECK(world.refusal(world.key.assert_with(kChallenge), passkey) == "wrong_passkey");
  CHECK(world.refusal(world.key.register_with(kChallenge)) == "wrong_passkey");
}

TEST_CASE("[identity 14] A copied passkey is refused: its counter stands still or goes back") {
  World world;
  auto passkey = world.registered();
  passkey.sign_count = world.verifier.verify(world.key.assert_with(kChallenge), passkey, kChallenge).value();
  world.key.step = 0;
  CHECK(world.refusal(world.key.assert_with(kChallenge), passkey) == "wrong_passkey");
  passkey.sign_count = 7;
  CHECK(world.refusal(world.key.assert_with(kChallenge), passkey) == "wrong_passkey");
}

TEST_CASE("[identity 14] Another key, another credential and a changed signature are refused") {
  World world;
  const auto passkey = world.registered();
  test::SoftwarePasskey other(kOrigin);
  CHECK(world.refusal(other.assert_with(kChallenge), passkey) == "wrong_passkey");
  auto assertion = world.key.assert_with(kChallenge);
  assertion.credential_id = "another credential";
  CHECK(world.refusal(assertion, passkey) == "wrong_passkey");
  assertion = world.key.assert_with(kChallenge);
  assertion.authenticator_data.back() = static_cast<char>(assertion.authenticator_data.back() + 1);
  CHECK(world.refusal(assertion, passkey) == "wrong_passkey");
  assertion = world.key.assert_with(kChallenge);
  assertion.signature.back() = static_cast<char>(assertion.signature.back() ^ 1);
  CHECK(world.refusal(assertion, passkey) != "accepted");
}

TEST_CASE("[identity 25] What is no passkey's answer is refused as malformed") {
  World world;
  const auto passkey = world.registered();
  for (const std::string text : {"", "{", "[]", "{}", R"({"type":1,"challenge":"x","origin":"y"})"}) {
    auto assertion = world.key.assert_with(kChallenge);
    assertion.client_data_json = text;
    CHECK_MESSAGE(world.refusal(assertion, passkey) == "bad_passkey", text);
  }
  for (const std::size_t size : {0, 10, 36, 37, 60}) {
    auto registration = world.key.register_with(kChallenge);
    registration.authenticator_data.resize(size);
    CHECK_MESSAGE(world.refusal(registration) == "bad_passkey", size);
  }
  auto registration = world.key.register_with(kChallenge);
  registration.algorithm = -65535;  // RS1: SHA-1
  CHECK(world.refusal(registration) == "bad_passkey");
  registration = world.key.register_with(kChallenge);
  registration.authenticator_data.append(5000, 'x');
  CHECK(world.refusal(registration) == "bad_passkey");
}
