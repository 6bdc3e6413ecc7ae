#include "lab/peeringdb/page.h"

#include <nlohmann/json.hpp>

namespace ztix::lab::peeringdb {

namespace {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char letter : text) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

std::string page(const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>PeeringDB "
         "(simulated)</title><link rel=\"icon\" href=\"data:,\"></head>\n"
         "<body><main><h1>PeeringDB (simulated)</h1>\n" +
         body + "</main></body></html>\n";
}

std::string user_choice(const nlohmann::json& user, bool first) {
  const auto id = user.at("id").dump();
  return "<p><label><input type=\"radio\" name=\"user\" value=\"" + id + "\"" + (first ? " checked" : "") + "> " +
         escaped(user.value("given_name", "") + " " + user.value("family_name", "") + " <" + user.value("email", "") +
                 ">") +
         "</label></p>\n";
}

}  // namespace

std::string consent_page(const std::map<std::string, std::string>& asked, const std::vector<nlohmann::json>& users) {
  std::string form = "<form method=\"post\" action=\"/oauth2/authorize/\">\n";
  for (const auto& [name, value] : asked) {
    form += "<input type=\"hidden\" name=\"" + escaped(name) + "\" value=\"" + escaped(value) + "\">\n";
  }
  const auto scope = asked.find("scope");
  form += "<p>An application asks for: " + escaped(scope == asked.end() ? "" : scope->second) + "</p>\n";
  bool first = true;
  for (const auto& user : users) {
    form += user_choice(user, first);
    first = false;
  }
  form += "<p><button name=\"allow\" value=\"Authorize\">Authorize</button> ";
  return page(form + "<button name=\"cancel\" value=\"Cancel\">Cancel</button></p>\n</form>\n");
}

std::string problem_page(const std::string& text) { return page("<p>" + escaped(text) + "</p>\n"); }

}  // namespace ztix::lab::peeringdb
