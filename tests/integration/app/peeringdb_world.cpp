#include "tests/integration/app/peeringdb_world.h"

#include <chrono>
#include <stdexcept>
#include <thread>

#include "app/http/url.h"
#include "core/base/text.h"
#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

constexpr const char* kSecret = "the secret of a test's client";

json first_document() {
  return {{"users",
           {{{"id", 7},
             {"given_name", "Nora"},
             {"family_name", "Newcomer"},
             {"email", "nora@example.net"},
             {"amr", {"pwd"}},
             {"networks", {{{"id", 1}, {"perms", 15}}, {{"id", 2}, {"perms", 2}}, {{"id", 3}, {"perms", 1}}}}},
            {{"id", 8},
             {"given_name", "Rita"},
             {"family_name", "Reader"},
             {"email", "rita@example.net"},
             {"networks", {{{"id", 1}, {"perms", 13}}}}}}},
          {"net",
           {{{"id", 1}, {"name", "One"}, {"asn", 64496}},
            {{"id", 2}, {"name", "Two"}, {"asn", 64600}},
            {{"id", 3}, {"name", "Three"}, {"asn", 64601}}}}};
}

std::uint16_t port_in(const std::string& log_file) {
  const std::string mark = "listening on port ";
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until) {
    const auto text = read_file(log_file);
    const auto at = text.find(mark);
    if (at != std::string::npos && text.back() == '\n') {
      const auto line = std::string_view(text).substr(at + mark.size());
      return parse_decimal<std::uint16_t>(line.substr(0, line.find('\n'))).value();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("the simulator does not start: " + read_file(log_file));
}

std::string form_of(const Parameters& fields) {
  std::string form;
  for (const auto& [name, value] : fields) form += (form.empty() ? "" : "&") + name + "=" + percent_encoded(value);
  return form;
}

std::string cookie_in(const Reply& reply, const std::string& name) {
  const auto lines = reply.headers.at("set-cookie");
  for (const auto line : split(lines, '\n')) {
    if (line.starts_with(name + "=")) return std::string(line.substr(0, line.find(';')));
  }
  throw std::runtime_error("no cookie " + name);
}

}  // namespace

PeeringDbProcess::PeeringDbProcess(const std::string& redirect_uri)
    : document_(first_document()),
      child_({in_build("bin/ztix-peeringdb-simulator"), "--listen", "127.0.0.1:0", "--directory",
              folder_.write("directory.json", document_.dump()), "--client-id", "ztix", "--client-secret-file",
              folder_.write("secret", kSecret), "--redirect-uri", redirect_uri},
             folder_.path() + "/log"),
      port_(port_in(folder_.path() + "/log")) {}

void PeeringDbProcess::post(const std::string& path, const json& body) const {
  const auto text = body.dump();
  const auto reply =
      send_raw(port_, "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(text.size()) +
                          "\r\n\r\n" + text);
  if (reply.status != 200) throw std::runtime_error("the simulator refuses " + path + ": " + reply.body);
}

void PeeringDbProcess::set_networks(const json& networks) {
  document_["users"][0]["networks"] = networks;
  post("/admin/directory", document_);
}

void PeeringDbProcess::set_email(const std::string& email) {
  document_["users"][0]["email"] = email;
  post("/admin/directory", document_);
}

std::string PeeringDbProcess::consent(const std::string& authorization_url, int person, bool allow) const {
  auto fields = parameters_of(authorization_url);
  fields["user"] = std::to_string(person);
  fields[allow ? "allow" : "cancel"] = "yes";
  const auto form = form_of(fields);
  const auto reply =
      send_raw(port_, "POST /oauth2/authorize/ HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(form.size()) +
                          "\r\n\r\n" + form);
  if (reply.status != 302) throw std::runtime_error("the simulator does not send back: " + reply.body);
  return reply.headers.at("location");
}

Parameters parameters_of(const std::string& url) {
  return app::parse_query(std::string_view(url).substr(url.find('?') + 1)).value();
}

PeeringDbWorld::PeeringDbWorld()
    : world([this](config::AppSettings& settings) {
        // Behind a proxy on this host, so that a test can come from anywhere.
        settings.trusted_proxies = {Prefix::parse("127.0.0.1/32").value()};
        settings.peeringdb = config::PeeringDbSettings{.client_id = "ztix",
                                                       .client_secret = SecretString(kSecret),
                                                       .redirect_uri = "https://ix.example.net/auth/callback",
                                                       .scopes = "openid profile email networks amr",
                                                       .auth_url = peeringdb.url()};
      }) {}

StartedLogin PeeringDbWorld::start(const std::string& cookie, const std::string& next, const HeaderList& more) {
  HeaderList headers{{"Content-Type", "application/json"}, {"Origin", "https://ix.example.net"}};
  if (!cookie.empty()) headers["Cookie"] = cookie;
  for (const auto& [name, value] : more) headers[name] = value;
  const auto body = next.empty() ? std::string("{}") : json{{"next", next}}.dump();
  const auto reply = world.send("POST", "/api/v1/auth/peeringdb/start", headers, body);
  if (reply.status != 200) throw std::runtime_error("the login does not begin: " + reply.body);
  return {reply.data().at("url").get<std::string>(), cookie_in(reply, "__Host-ztix-login")};
}

Parameters PeeringDbWorld::answer_for(const StartedLogin& started, int person) {
  return parameters_of(peeringdb.consent(started.url, person));
}

Reply PeeringDbWorld::callback(const Parameters& answer, const std::string& cookie) {
  HeaderList headers{{"Content-Type", "application/json"}, {"Origin", "https://ix.example.net"}};
  if (!cookie.empty()) headers["Cookie"] = cookie;
  return world.send("POST", "/api/v1/auth/peeringdb/callback", headers, json(answer).dump());
}

Reply PeeringDbWorld::log_in(int person) {
  const auto started = start();
  return callback(answer_for(started, person), started.cookie);
}

Browser PeeringDbWorld::browser_of(const Reply& reply) const {
  if (reply.status != 200) throw std::runtime_error("the login is refused: " + reply.body);
  return {cookie_in(reply, "__Host-ztix"), reply.data().at("csrf_token").get<std::string>()};
}

std::string PeeringDbWorld::last_audit() {
  return world.database
      .sql("SELECT action || ' ' || coalesce(facts->>'why', '') AS text FROM audit ORDER BY id DESC LIMIT 1")
      .one()
      .get<std::string>("text");
}

}  // namespace ztix::test
