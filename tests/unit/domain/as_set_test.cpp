#include "core/domain/as_set.h"

#include <doctest/doctest.h>

using namespace ztix::domain;

namespace {

std::string text_of(std::string_view text) {
  const auto set = AsSet::parse(text);
  return set ? set->text() : "none";
}

}  // namespace

TEST_CASE("AsSet reads both spellings of a registry into one") {
  CHECK(text_of("RIPE::AS-EXAMPLE") == "RIPE::AS-EXAMPLE");
  CHECK(text_of("AS-EXAMPLE@RIPE") == "RIPE::AS-EXAMPLE");
  CHECK(text_of("arin-nonauth::as-example") == "ARIN-NONAUTH::AS-EXAMPLE");
  CHECK(text_of("AS-EXAMPLE") == "AS-EXAMPLE");
  CHECK(AsSet::parse("RADB::AS-HURRICANEv6") == AsSet::parse("as-hurricanev6@radb"));
}

TEST_CASE("AsSet reads hierarchical names and a lone AS number") {
  CHECK(text_of("AS64496:AS-CUSTOMERS") == "AS64496:AS-CUSTOMERS");
  CHECK(text_of("RIPE::AS64496:AS-CUSTOMERS:AS64497") == "RIPE::AS64496:AS-CUSTOMERS:AS64497");
  CHECK(text_of("AS64496") == "AS64496");
  CHECK(text_of("AS64496@RIPE") == "RIPE::AS64496");
}

TEST_CASE("AsSet refuses what no registry could hold") {
  for (const char* text : {"",
                           "AS",
                           "AS-",
                           "AS-X-",
                           "AS-X_",
                           "EXAMPLE",
                           "64496",
                           "::AS-X",
                           "RIPE::",
                           "@RIPE",
                           "AS-X@",
                           "RIPE::AS64496:AS64497",
                           "RIPE:AS-X",
                           "RIPE::RADB::AS-X",
                           "AS-X@RIPE@RADB",
                           "AS-X;rm",
                           "AS-\xc3\x84",
                           "RS-ROUTES",
                           "AS0",
                           "AS4294967296",
                           "1RIPE::AS-X",
                           "AS-X::RIPE"}) {
    CAPTURE(text);
    CHECK(text_of(text) == "none");
  }
  CHECK(text_of("AS-" + std::string(300, 'X')) == "none");
}

TEST_CASE("A field of AS-SETs is split at white space and commas, and what is none is kept apart") {
  const auto found = parse_as_sets(" RIPE::AS-ONE,AS-TWO@RADB\tas-one@ripe\n see our website ");
  REQUIRE(found.sets.size() == 2);
  CHECK(found.sets[0].text() == "RIPE::AS-ONE");
  CHECK(found.sets[1].text() == "RADB::AS-TWO");
  CHECK(found.unreadable == std::vector<std::string>{"see", "our", "website"});
  CHECK(parse_as_sets("").sets.empty());
  CHECK(parse_as_sets(" ,, ").unreadable.empty());
}

TEST_CASE("The same set of two registries is two sets") {
  CHECK(parse_as_sets("RIPE::AS-X RADB::AS-X AS-X").sets.size() == 3);
}
