#include "app/pages/peeringdb_view.h"

#include "app/pages/words.h"
#include "core/base/text.h"
#include "core/service/peeringdb_words.h"

namespace ztix::app {
namespace {

std::string count_of(const std::optional<std::uint32_t>& count) {
  return count ? std::to_string(*count) : std::string("not said");
}

std::string sets_of(const domain::AsSets& as_sets) {
  std::vector<std::string> texts;
  for (const auto& set : as_sets.sets) texts.push_back(set.text());
  return join(texts, " ");
}

}  // namespace

render::Shape peeringdb_shape() {
  render::Shape contact;
  contact.text("contact_role").text("contact_name").text("contact_email").text("contact_phone");
  render::Shape entry;
  entry.text("pdb_name").text("pdb_aka").text("pdb_as_sets").text("pdb_prefixes_v4").text("pdb_prefixes_v6");
  entry.text("pdb_policy")
      .text("pdb_policy_url")
      .text("pdb_website")
      .text("pdb_exchanges")
      .text("pdb_at_route_servers");
  entry.text("pdb_seen").list("pdb_contacts", std::move(contact));
  render::Shape shape;
  shape.text("pdb_words").list("pdb_warnings", render::Shape().text("pdb_warning"));
  shape.object("pdb_entry", std::move(entry));
  return shape;
}

void fill_peeringdb(render::View& view, const service::PeeringDbView& known) {
  view.set("pdb_words", service::knowledge_in_words(known));
  for (const auto& warning : service::warnings_in_words(known)) {
    view.append("pdb_warnings").set("pdb_warning", warning);
  }
  if (!known.entry) return;
  const auto& said = *known.entry;
  auto& entry = view.object("pdb_entry");
  entry.set("pdb_name", said.name)
      .set("pdb_aka", said.aka)
      .set("pdb_as_sets", sets_of(said.as_sets))
      .set("pdb_prefixes_v4", count_of(said.prefixes_v4))
      .set("pdb_prefixes_v6", count_of(said.prefixes_v6))
      .set("pdb_policy", said.policy)
      .set("pdb_policy_url", said.policy_url)
      .set("pdb_website", said.website)
      .set("pdb_exchanges", said.exchanges)
      .set("pdb_at_route_servers", said.route_server_exchanges)
      .set("pdb_seen", readable_time(known.seen_at.value_or(Timestamp{})));
  for (const auto& contact : said.contacts) {
    entry.append("pdb_contacts")
        .set("contact_role", contact.role)
        .set("contact_name", contact.name)
        .set("contact_email", contact.email)
        .set("contact_phone", contact.phone);
  }
}

}  // namespace ztix::app
