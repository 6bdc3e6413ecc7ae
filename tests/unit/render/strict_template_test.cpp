#include "core/render/strict_template.h"

#include <map>
#include <stdexcept>
#include <string>

#include <doctest/doctest.h>

#include "core/render/templates.h"

using namespace ztix;
using namespace ztix::render;

namespace {

using Files = std::map<std::string, std::string>;

TemplateSource source_of(const Files& files) {
  return [&files](std::string_view name) -> std::optional<std::string_view> {
    const auto found = files.find(std::string(name));
    if (found == files.end()) return std::nullopt;
    return found->second;
  };
}

Result<StrictTemplate> compile(const Files& files, const Shape& shape, Output output = Output::html,
                               std::string layout = {}) {
  return StrictTemplate::compile({"t.mustache", &shape, output, std::move(layout)}, source_of(files));
}

/// The fault's text; empty = it compiles.
std::string fault(const std::string& text, const Shape& shape, Output output = Output::html) {
  const Files files{{"t.mustache", text}};
  const auto made = compile(files, shape, output);
  return made ? std::string() : made.error().message;
}

std::string rendered(const std::string& text, const View& view, Output output = Output::html) {
  const Files files{{"t.mustache", text}};
  return compile(files, view.shape(), output).value().render(view).value();
}

const Shape& page_shape() {
  static const Shape shape = Shape()
                                 .text("title")
                                 .url("home")
                                 .html("chart")
                                 .flag("is_admin")
                                 .list("rows", Shape().text("asn").list("sessions", Shape().text("state")))
                                 .object("owner", Shape().text("name"));
  return shape;
}

}  // namespace

TEST_CASE("A template renders texts, flags, lists and objects") {
  View page(page_shape());
  page.set("title", "Queue").set("home", "/").set("chart", "").set("is_admin", true);
  page.append("rows").set("asn", 1000001).append("sessions").set("state", "up");
  page.append("rows").set("asn", 1000002);
  CHECK(rendered("{{title}}:{{#rows}} {{asn}}{{#sessions}}={{state}}{{/sessions}}{{^sessions}}!{{/sessions}}{{/rows}}",
                 page) == "Queue: 1000001=up 1000002!");
  CHECK(rendered("{{#is_admin}}yes{{/is_admin}}{{^is_admin}}no{{/is_admin}}", page) == "yes");
  CHECK(rendered("{{^owner}}nobody{{/owner}}{{#owner}}{{name}}{{/owner}}", page) == "nobody");
  page.object("owner").set("name", "Ada");
  CHECK(rendered("{{^owner}}nobody{{/owner}}{{#owner}}{{name}} of {{title}}{{/owner}}", page) == "Ada of Queue");
}

TEST_CASE("A section over a text asks whether it is empty") {
  static const Shape shape = Shape().text("note");
  CHECK(rendered("{{#note}}[{{note}}]{{/note}}{{^note}}-{{/note}}", View(shape).set("note", "x")) == "[x]");
  CHECK(rendered("{{#note}}[{{note}}]{{/note}}{{^note}}-{{/note}}", View(shape).set("note", "")) == "-");
}

TEST_CASE("A tag alone on its line takes the line with it") {
  static const Shape shape = Shape().flag("on").text("x");
  View view(shape);
  view.set("on", true).set("x", "1");
  CHECK(rendered("a\n  {{#on}}  \nb{{x}}\n{{/on}}\nc\n", view) == "a\nb1\nc\n");
  CHECK(rendered("a {{#on}}b{{/on}}\nc\n", view) == "a b\nc\n");
  CHECK(rendered("a\n{{! a remark\nover two lines }}\nb\n", view) == "a\nb\n");
  CHECK(rendered("{{x}}\n", view) == "1\n");
  CHECK(rendered("{{#on}}\n{{/on}}", view).empty());
}

TEST_CASE("HTML output escapes whatever could end a text or an attribute") {
  static const Shape shape = Shape().text("x");
  CHECK(rendered("<p title=\"{{x}}\">{{x}}</p>", View(shape).set("x", "<script>&\"'`")) ==
        "<p title=\"&lt;script&gt;&amp;&quot;&#39;&#96;\">&lt;script&gt;&amp;&quot;&#39;&#96;</p>");
}

TEST_CASE("BIRD output refuses what a BIRD value cannot hold and never shows the value") {
  static const Shape shape = Shape().text("x");
  const Files files{{"t.mustache", "a\nb \"{{x}}\";\n"}};
  const auto made = compile(files, shape, Output::bird).value();
  for (const std::string bad :
       {"", "a\"b", "a;b", "a\nb", "a{b", "a}b", "a#b", "a'b", "a\\b", "a*b", "secr\xc3\xa9t"}) {
    const auto answer = made.render(View(shape).set("x", bad));
    CAPTURE(bad);
    REQUIRE(!answer);
    CHECK(answer.error().code == ErrorCode::invalid_argument);
    CHECK(answer.error().message == "templates/t.mustache:2: the value of x cannot be written here");
  }
  const auto answer = made.render(View(shape).set("x", std::string("nul\0nul", 7)));
  CHECK(!answer);
  CHECK(made.render(View(shape).set("x", "10.0.0.0/8+, 2001:db8::1 (a_b-c)")).value() ==
        "a\nb \"10.0.0.0/8+, 2001:db8::1 (a_b-c)\";\n");
}

TEST_CASE("A name that its place does not declare is refused with file and line") {
  CHECK(fault("\n\n{{titel}}", page_shape()) == "templates/t.mustache:3: titel is not declared here");
  SUBCASE("also in a section that is hardly ever rendered") {
    CHECK(fault("{{^is_admin}}{{#rows}}{{nmae}}{{/rows}}{{/is_admin}}", page_shape()) ==
          "templates/t.mustache:1: nmae is not declared here");
  }
  SUBCASE("an item's name outside of its list") {
    CHECK(fault("{{asn}}", page_shape()) == "templates/t.mustache:1: asn is not declared here");
    CHECK(fault("{{^rows}}{{asn}}{{/rows}}", page_shape()) == "templates/t.mustache:1: asn is not declared here");
  }
  SUBCASE("a section") { CHECK(fault("{{#nope}}{{/nope}}", page_shape()).ends_with("nope is not declared here")); }
}

TEST_CASE("A tag that does not fit its name is refused") {
  CHECK(fault("{{is_admin}}", page_shape()).ends_with("is_admin is no text"));
  CHECK(fault("{{rows}}", page_shape()).ends_with("rows is no text"));
  CHECK(fault("{{{title}}}", page_shape()).ends_with("title must not be inserted raw"));
  CHECK(fault("{{chart}}", page_shape()).ends_with("chart is markup, write {{{name}}}"));
  CHECK(fault("{{{chart}}}", page_shape()).empty());
}

TEST_CASE("Nothing is inserted raw into BIRD or plain text") {
  CHECK(fault("{{{chart}}}", page_shape(), Output::bird).ends_with("chart must not be inserted raw"));
  CHECK(fault("{{{title}}}", page_shape(), Output::bird).ends_with("title must not be inserted raw"));
  CHECK(fault("{{{chart}}}", page_shape(), Output::plain).ends_with("chart must not be inserted raw"));
  CHECK(fault("{{&title}}", page_shape(), Output::bird).find("not part of this template language") !=
        std::string::npos);
}

TEST_CASE("Broken tags are refused with file and line") {
  CHECK(fault("a\n{{title", page_shape()) == "templates/t.mustache:2: a tag is not closed");
  CHECK(fault("a\n{{title {{title}}", page_shape()) == "templates/t.mustache:2: a tag is not closed");
  CHECK(fault("{{{chart}}", page_shape()) == "templates/t.mustache:1: a tag is not closed");
  CHECK(fault("\n{{#is_admin}}\nx", page_shape()) == "templates/t.mustache:2: {{#is_admin}} is not closed");
  CHECK(fault("x{{/is_admin}}", page_shape()) == "templates/t.mustache:1: {{/is_admin}} closes nothing");
  CHECK(fault("{{#is_admin}}{{#rows}}{{/is_admin}}{{/rows}}", page_shape()).ends_with("{{/is_admin}} closes nothing"));
  CHECK(!fault("{{=<% %>=}}", page_shape()).empty());
  CHECK(!fault("{{}}", page_shape()).empty());
  CHECK(!fault("{{# }}", page_shape()).empty());
}

TEST_CASE("Places where escaping is not enough are refused") {
  static const Shape shape = Shape().text("x").url("link").flag("on");
  CHECK(fault("<script>var a = \"{{x}}\";</script>", shape).ends_with("must not stand in a script or style"));
  CHECK(fault("<script>a</script><p>{{x}}</p>", shape).empty());
  CHECK(fault("<script nonce=\"{{x}}\" src=\"/a.js\"></script>", shape).empty());
  CHECK(fault("<script nonce=\"a\" src=\"{{x}}\"></script>", shape).ends_with("declare it as url"));
  CHECK(fault("<script nonce=\"{{x}}\">{{x}}</script>", shape).ends_with("must not stand in a script or style"));
  CHECK(fault("<p class={{x}}>", shape).ends_with("must stand in double quotes"));
  CHECK(fault("<p class='{{x}}'>", shape).ends_with("must stand in double quotes"));
  CHECK(fault("<p {{x}}>", shape).ends_with("must not make a name inside an HTML tag"));
  CHECK(fault("<p onclick=\"{{x}}\">", shape).ends_with("must not stand in a handler or style"));
  CHECK(fault("<a href=\"{{x}}\">", shape).ends_with("begins a link, so declare it as url"));
  CHECK(fault("<a class=\"b\" href=\"{{x}}\">", shape).ends_with("begins a link, so declare it as url"));
  CHECK(fault("<a class=\"b\" href=\"{{link}}\" title=\"{{x}}\">{{x}}</a>", shape).empty());
  CHECK(fault("<a href=\"/requests/{{x}}\">", shape).empty());
  CHECK(fault("<input value=\"{{x}}\"{{#on}} checked{{/on}}>", shape).empty());
}

TEST_CASE("A url holds only what may stand in a link") {
  static const Shape shape = Shape().url("link");
  for (const std::string good :
       {"/", "/requests/1?a=b", "https://example.net/", "http://[2001:db8::1]/", "mailto:a@b"}) {
    CHECK_NOTHROW(View(shape).set("link", good));
  }
  for (const std::string bad : {"", "javascript:alert(1)", "//example.net", "/\\example.net", " https://example.net",
                                "data:text/html,x", "java\tscript:x", "HTTPS:alert(1)", "requests/1"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(View(shape).set("link", bad), std::logic_error);
  }
}

TEST_CASE("Partials and layouts are checked and rendered in their place") {
  const Files files{{"t.mustache", "<h1>{{title}}</h1>\n{{#rows}}\n{{> html/row}}\n{{/rows}}\n"},
                    {"html/row.mustache", "<p>{{asn}}</p>\n"},
                    {"html/layout.mustache", "<title>{{title}}</title>\n{{> page}}\nend\n"},
                    {"html/loop.mustache", "{{> html/loop}}"}};
  View page(page_shape());
  page.set("title", "T").set("home", "/").set("chart", "").set("is_admin", false);
  page.append("rows").set("asn", 1);
  page.append("rows").set("asn", 2);
  const auto made = compile(files, page_shape(), Output::html, "html/layout.mustache");
  REQUIRE(made);
  CHECK(made->render(page).value() == "<title>T</title>\n<h1>T</h1>\n<p>1</p>\n<p>2</p>\nend\n");

  const auto told = [&](const Files& wrong, std::string layout = {}) {
    return compile(wrong, page_shape(), Output::html, std::move(layout)).error().message;
  };
  CHECK(told({{"t.mustache", "\n{{> html/none}}"}}) ==
        "templates/t.mustache:2: there is no template html/none.mustache");
  CHECK(told({{"t.mustache", "{{> html/row}}"}, {"html/row.mustache", "\n{{asn}}"}}) ==
        "templates/html/row.mustache:2: asn is not declared here");
  CHECK(told({{"t.mustache", "{{> html/loop}}"}, {"html/loop.mustache", "{{> html/loop}}"}}) ==
        "templates/html/loop.mustache:1: html/loop.mustache includes itself");
  CHECK(told({{"t.mustache", "x"}, {"l.mustache", "no page"}}, "l.mustache") ==
        "templates/l.mustache:1: a layout must say {{> page}} once");
  CHECK(told({{"t.mustache", "x"}, {"l.mustache", "{{> page}}\n{{> page}}"}}, "l.mustache") ==
        "templates/l.mustache:2: a layout must say {{> page}} once");
  CHECK(told({}) == "templates/t.mustache:0: there is no template t.mustache");
}

TEST_CASE("A shape refuses a name at two levels and names that are none") {
  CHECK_THROWS_AS(Shape().text("asn").list("rows", Shape().text("asn")), std::logic_error);
  CHECK_THROWS_AS(Shape().list("rows", Shape().text("asn")).text("asn"), std::logic_error);
  CHECK_THROWS_AS(Shape().list("rows", Shape().object("a", Shape().text("rows"))), std::logic_error);
  CHECK_THROWS_AS(Shape().text("a").text("a"), std::logic_error);
  CHECK_THROWS_AS(Shape().text("A"), std::logic_error);
  CHECK_THROWS_AS(Shape().text(""), std::logic_error);
  CHECK_THROWS_AS(Shape().text("a.b"), std::logic_error);
  CHECK_NOTHROW(Shape().list("a", Shape().text("x")).list("b", Shape().text("x")));
  CHECK(Shape().text("a").include(Shape().text("b").flag("c")).find("c") == 2);
}

TEST_CASE("A view refuses what its shape does not declare, and forgotten values when rendered") {
  View page(page_shape());
  CHECK_THROWS_AS(page.set("titel", "x"), std::logic_error);
  CHECK_THROWS_AS(page.set("is_admin", "x"), std::logic_error);
  CHECK_THROWS_AS(page.set("title", true), std::logic_error);
  CHECK_THROWS_AS(page.append("title"), std::logic_error);
  CHECK_THROWS_AS(page.object("rows"), std::logic_error);
  const Files files{{"t.mustache", "{{title}}"}};
  const auto made = compile(files, page_shape()).value();
  CHECK_THROWS_AS(static_cast<void>(made.render(page)), std::logic_error);
  static const Shape other = Shape().text("title");
  CHECK_THROWS_AS(static_cast<void>(made.render(View(other).set("title", "x"))), std::logic_error);
}

TEST_CASE("Values are never read as templates") {
  static const Shape shape = Shape().text("x");
  CHECK(rendered("{{x}}", View(shape).set("x", "{{{x}}} {{#x}}"), Output::plain) == "{{{x}}} {{#x}}");
}

TEST_CASE("All built-in templates of BIRD are valid and used") {
  const auto checked = validate_templates();
  CHECK_MESSAGE(checked.has_value(), (checked ? std::string() : checked.error().message));
}

TEST_CASE("Validation reports every fault and every file that nobody declares") {
  static const Shape nothing;
  const auto both = validate_templates("bird", {{"bird/object.mustache", &nothing, Output::bird, {}},
                                                {"bird/none.mustache", &nothing, Output::bird, {}}});
  REQUIRE(!both);
  CHECK(both.error().message.find("templates/bird/object.mustache:1: peer_asn is not declared here\n") == 0);
  CHECK(both.error().message.find("there is no template bird/none.mustache") != std::string::npos);
  const auto unused = validate_templates("bird", {});
  REQUIRE(!unused);
  CHECK(unused.error().message.find("no declared template uses this file") != std::string::npos);
}
