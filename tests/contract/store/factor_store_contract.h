#pragma once

/// @file tests/contract/store/factor_store_contract.h
/// What every FactorStore does. A `World` has, beside what store_world.h says,
///   factors()          as the web application uses them
///   owner_factors()    as the command line does

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/service/ports/factor_store.h"
#include "tests/contract/store/store_world.h"

namespace ztix::test {

inline std::string digest_like(char digit) { return std::string(64, digit); }

/// A user, and what is done with its factors.
template <class World>
struct FactorWorld {
  FactorWorld() { user = world.accounts().create_user(new_user("alice"), cli_actor()).value().id; }

  service::FactorStore& store() { return world.factors(); }
  service::User alice() { return world.accounts().user(user).value(); }
  service::NewTotp new_factor(const std::string& label) { return {user, label, "sealed " + label}; }
  Uuid added(const std::string& label) { return store().add(new_factor(label), cli_actor()).value().id; }
  std::string last_action() { return world.audit().trail("user", user.text()).value().back().action; }

  World world;
  Uuid user = Uuid::from_random(std::string(16, 'x'));
};

TEST_CASE_TEMPLATE_DEFINE("FactorStore lets a factor count only when it is confirmed, and then ends all logins", World,
                          factor_confirm) {
  FactorWorld<World> w;
  const auto epoch = w.alice().login_epoch;
  const auto first = w.store().begin(w.new_factor("Phone"), cli_actor()).value();
  CHECK_FALSE(first.confirmed);
  CHECK_FALSE(w.alice().has_second_factor);
  const auto second = w.store().begin(w.new_factor("Tablet"), cli_actor()).value();
  REQUIRE(w.store().factors(w.user)->size() == 1);
  CHECK(w.store().factors(w.user)->front().label == "Tablet");
  CHECK(w.store().factors(w.user)->front().sealed_secret == "sealed Tablet");
  CHECK(w.store().confirm(w.user, first.id, 7, {}, cli_actor()).error().reason == "no_enrolment");
  REQUIRE(w.store().confirm(w.user, second.id, 7, {digest_like('a'), digest_like('b')}, cli_actor()));
  CHECK(w.last_action() == "factor.confirmed");
  CHECK(w.alice().has_second_factor);
  CHECK(w.alice().login_epoch == epoch + 1);
  CHECK(w.store().factors(w.user)->front().confirmed);
  CHECK(w.store().factors(w.user)->front().last_used_at.has_value());
  CHECK(w.store().recovery_codes_left(w.user).value() == 2);
  CHECK(w.store().confirm(w.user, second.id, 8, {}, cli_actor()).error().reason == "no_enrolment");
}

TEST_CASE_TEMPLATE_DEFINE("FactorStore forgets a factor that was begun and not confirmed in time", World,
                          factor_forgotten) {
  FactorWorld<World> w;
  const auto begun = w.store().begin(w.new_factor("Phone"), cli_actor()).value();
  w.world.let_pass(service::kEnrolmentTime + 1s);
  CHECK(w.store().factors(w.user)->empty());
  CHECK(w.store().confirm(w.user, begun.id, 7, {}, cli_actor()).error().reason == "no_enrolment");
}

TEST_CASE_TEMPLATE_DEFINE("[identity 14] FactorStore accepts each step once, and none before it afterwards", World,
                          factor_steps) {
  FactorWorld<World> w;
  const auto factor = w.added("Phone");
  CHECK(w.store().accept_step(w.user, factor, 100, cli_actor()).value());
  CHECK(w.last_action() == "factor.verified");
  CHECK_FALSE(w.store().accept_step(w.user, factor, 100, cli_actor()).value());
  CHECK_FALSE(w.store().accept_step(w.user, factor, 99, cli_actor()).value());
  CHECK(w.store().accept_step(w.user, factor, 101, cli_actor()).value());
  const auto begun = w.store().begin(w.new_factor("Tablet"), cli_actor()).value();
  CHECK_FALSE(w.store().accept_step(w.user, begun.id, 200, cli_actor()).value());
  CHECK_FALSE(w.store().accept_step(Uuid::from_random(std::string(16, 'y')), factor, 200, cli_actor()).value());
}

TEST_CASE_TEMPLATE_DEFINE("[identity 14] FactorStore accepts one of many parallel uses of a code", World,
                          factor_parallel) {
  FactorWorld<World> w;
  const auto factor = w.added("Phone");
  REQUIRE(w.store().replace_recovery_codes(w.user, {digest_like('a')}, cli_actor()));
  std::atomic<int> steps = 0;
  std::atomic<int> codes = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      if (w.store().accept_step(w.user, factor, 100, cli_actor()).value()) ++steps;
      if (w.store().use_recovery_code(w.user, digest_like('a'), cli_actor()).value()) ++codes;
    });
  }
  threads.clear();
  CHECK(steps == 1);
  CHECK(codes == 1);
}

TEST_CASE_TEMPLATE_DEFINE("[identity 14] FactorStore takes a recovery code once, and new ones end the old ones", World,
                          factor_recovery) {
  FactorWorld<World> w;
  REQUIRE(w.store().replace_recovery_codes(w.user, {digest_like('a'), digest_like('b')}, cli_actor()));
  CHECK(w.store().use_recovery_code(w.user, digest_like('a'), cli_actor()).value());
  CHECK(w.last_action() == "factor.recovery_code_used");
  CHECK_FALSE(w.store().use_recovery_code(w.user, digest_like('a'), cli_actor()).value());
  CHECK_FALSE(w.store().use_recovery_code(w.user, digest_like('c'), cli_actor()).value());
  CHECK(w.store().recovery_codes_left(w.user).value() == 1);
  REQUIRE(w.store().replace_recovery_codes(w.user, {digest_like('c')}, cli_actor()));
  CHECK_FALSE(w.store().use_recovery_code(w.user, digest_like('b'), cli_actor()).value());
  CHECK(w.store().use_recovery_code(w.user, digest_like('c'), cli_actor()).value());
}

TEST_CASE_TEMPLATE_DEFINE("FactorStore removes a factor of its owner, and with the last one the recovery codes", World,
                          factor_remove) {
  FactorWorld<World> w;
  const auto one = w.added("Phone");
  const auto two = w.added("Tablet");
  REQUIRE(w.store().replace_recovery_codes(w.user, {digest_like('a')}, cli_actor()));
  const auto epoch = w.alice().login_epoch;
  CHECK(w.store().remove(Uuid::from_random(std::string(16, 'y')), one, cli_actor()).error().reason == "unknown_factor");
  REQUIRE(w.store().remove(w.user, one, cli_actor()));
  CHECK(w.last_action() == "factor.removed");
  CHECK(w.alice().login_epoch == epoch + 1);
  CHECK(w.alice().has_second_factor);
  CHECK(w.store().recovery_codes_left(w.user).value() == 1);
  REQUIRE(w.store().remove(w.user, two, cli_actor()));
  CHECK_FALSE(w.alice().has_second_factor);
  CHECK(w.store().recovery_codes_left(w.user).value() == 0);
}

TEST_CASE_TEMPLATE_DEFINE("FactorStore keeps a passkey as it is, for one user, and it counts at once", World,
                          factor_passkey) {
  using service::PasskeyAlgorithm;
  FactorWorld<World> w;
  const service::Passkey key{std::string("\0\xff credential", 13), PasskeyAlgorithm::rs256, "public \xfe", 7};
  const auto epoch = w.alice().login_epoch;
  const auto made = w.store().add_passkey({w.user, "Blue key", key}, {digest_like('a')}, cli_actor()).value();
  CHECK(w.last_action() == "factor.confirmed");
  CHECK(w.alice().has_second_factor);
  CHECK(w.alice().has_passkey);
  CHECK(w.alice().login_epoch == epoch + 1);
  CHECK(w.store().recovery_codes_left(w.user).value() == 1);
  const auto stored = w.store().factors(w.user).value().at(0);
  CHECK(stored.id == made.id);
  CHECK(stored.kind == service::FactorKind::passkey);
  CHECK(stored.confirmed);
  REQUIRE(stored.passkey);
  CHECK(stored.passkey->credential_id == key.credential_id);
  CHECK(stored.passkey->algorithm == key.algorithm);
  CHECK(stored.passkey->public_key == key.public_key);
  CHECK(stored.passkey->sign_count == 7);
  const auto other = w.world.accounts().create_user(new_user("bob"), cli_actor()).value().id;
  CHECK(w.store().add_passkey({other, "Stolen", key}, {}, cli_actor()).error().reason == "known_passkey");
  CHECK(w.store().factors(other)->empty());
  REQUIRE(w.store().remove(w.user, made.id, cli_actor()));
  CHECK_FALSE(w.alice().has_passkey);
  CHECK(w.store().add_passkey({other, "Given away", key}, {}, cli_actor()));
}

TEST_CASE_TEMPLATE_DEFINE("[identity 14] FactorStore accepts no count of a passkey twice, unless it never counts",
                          World, factor_passkey_counts) {
  FactorWorld<World> w;
  const auto added = [&](const std::string& credential) {
    service::Passkey key{credential, service::PasskeyAlgorithm::es256, "public", 0};
    return w.store().add_passkey({w.user, credential, key}, {}, cli_actor()).value().id;
  };
  const auto counts = added("counts");
  const auto accept = [&](const Uuid& factor, std::uint32_t count) {
    return w.store().accept_count(w.user, factor, count, cli_actor()).value();
  };
  CHECK(accept(counts, 5));
  CHECK(w.last_action() == "factor.verified");
  CHECK(w.store().factors(w.user)->front().last_used_at.has_value());
  CHECK_FALSE(accept(counts, 5));
  CHECK_FALSE(accept(counts, 4));
  CHECK_FALSE(accept(counts, 0));
  CHECK(accept(counts, 4294967295U));
  const auto never = added("never counts");
  CHECK(accept(never, 0));
  CHECK(accept(never, 0));
  CHECK_FALSE(w.store().accept_count(Uuid::from_random(std::string(16, 'y')), never, 1, cli_actor()).value());
  CHECK_FALSE(accept(w.added("Phone"), 1));
}

TEST_CASE_TEMPLATE_DEFINE("[identity 15] FactorStore takes a reset code once, in its time, and ends all logins", World,
                          factor_reset) {
  using service::CodePurpose;
  FactorWorld<World> w;
  const auto put = [&](char digit) {
    REQUIRE(
        w.world.owner_factors().put_code(w.user, CodePurpose::password_reset, digest_like(digit), 900s, cli_actor()));
  };
  put('a');
  CHECK(w.store().is_good_code(w.user, CodePurpose::password_reset, digest_like('a')).value());
  CHECK_FALSE(w.store().is_good_code(w.user, CodePurpose::enrolment, digest_like('a')).value());
  CHECK_FALSE(w.store().reset_password(w.user, digest_like('b'), "new hash", cli_actor()).value());
  put('b');  // the newest is the only one
  CHECK_FALSE(w.store().reset_password(w.user, digest_like('a'), "new hash", cli_actor()).value());
  const auto epoch = w.alice().login_epoch;
  CHECK(w.store().reset_password(w.user, digest_like('b'), "new hash", cli_actor()).value());
  CHECK(w.last_action() == "user.password_reset");
  CHECK(w.alice().login_epoch == epoch + 1);
  CHECK(w.world.accounts().find_login("alice").value()->password_hash == "new hash");
  CHECK_FALSE(w.store().reset_password(w.user, digest_like('b'), "newer hash", cli_actor()).value());
  put('c');
  w.world.let_pass(901s);
  CHECK_FALSE(w.store().reset_password(w.user, digest_like('c'), "newer hash", cli_actor()).value());
}

TEST_CASE_TEMPLATE_DEFINE("[identity 16] FactorStore uses an enrolment code up with the factor that it began", World,
                          factor_enrolment) {
  using service::CodePurpose;
  FactorWorld<World> w;
  REQUIRE(w.world.owner_factors().put_code(w.user, CodePurpose::enrolment, digest_like('a'), 900s, cli_actor()));
  const auto begun = w.store().begin(w.new_factor("Phone"), cli_actor()).value();
  CHECK(w.store().is_good_code(w.user, CodePurpose::enrolment, digest_like('a')).value());
  REQUIRE(w.store().confirm(w.user, begun.id, 7, {}, cli_actor()));
  CHECK_FALSE(w.store().is_good_code(w.user, CodePurpose::enrolment, digest_like('a')).value());
}

TEST_CASE_TEMPLATE_DEFINE("[identity 19] Another password, other roles, disabling and logging out end all logins",
                          World, factor_epochs) {
  FactorWorld<World> w;
  auto epoch = w.alice().login_epoch;
  const auto risen = [&] {
    const auto before = epoch;
    epoch = w.alice().login_epoch;
    return epoch > before;
  };
  service::UserChange password, role, no_role, disabled, asns;
  password.password_hash = "another";
  role.add_roles = {domain::Role::auditor};
  no_role.remove_roles = {domain::Role::auditor};
  disabled.disabled = true;
  asns.add_asns = {asn(64496)};
  for (const auto& change : {password, role, no_role, disabled}) {
    REQUIRE(w.world.accounts().update_user("alice", change, cli_actor()));
    CHECK(risen());
  }
  REQUIRE(w.world.accounts().update_user("alice", asns, cli_actor()));
  CHECK_FALSE(risen());
  REQUIRE(w.store().end_logins(w.user, cli_actor()));
  CHECK(w.last_action() == "user.logged_out");
  CHECK(risen());
  CHECK(w.store().end_logins(Uuid::from_random(std::string(16, 'y')), cli_actor()).error().reason == "unknown_user");
}

}  // namespace ztix::test

/// Every case above with one World.
#define ZTIX_FACTOR_STORE_CONTRACT(World)                  \
  TEST_CASE_TEMPLATE_INVOKE(factor_confirm, World);        \
  TEST_CASE_TEMPLATE_INVOKE(factor_forgotten, World);      \
  TEST_CASE_TEMPLATE_INVOKE(factor_steps, World);          \
  TEST_CASE_TEMPLATE_INVOKE(factor_parallel, World);       \
  TEST_CASE_TEMPLATE_INVOKE(factor_recovery, World);       \
  TEST_CASE_TEMPLATE_INVOKE(factor_remove, World);         \
  TEST_CASE_TEMPLATE_INVOKE(factor_passkey, World);        \
  TEST_CASE_TEMPLATE_INVOKE(factor_passkey_counts, World); \
  TEST_CASE_TEMPLATE_INVOKE(factor_reset, World);          \
  TEST_CASE_TEMPLATE_INVOKE(factor_enrolment, World);      \
  TEST_CASE_TEMPLATE_INVOKE(factor_epochs, World)
