#include "cli/output.h"

#include <algorithm>
#include <ostream>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace ztix::cli {

void Table::add(std::vector<std::string> cells) {
  if (cells.size() != header_.size()) throw std::logic_error("Table::add: wrong number of cells");
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (const auto& title : header_) widths.push_back(title.size());
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      out << cells[i];
      if (i + 1 < cells.size()) out << std::string(widths[i] - cells[i].size() + 2, ' ');
    }
    out << '\n';
  };
  line(header_);
  for (const auto& row : rows_) line(row);
}

int exit_code(const Error& error) { return is_transient(error.code) ? kTryLater : kFailed; }

nlohmann::json error_envelope(const Error& error) {
  auto details = nlohmann::json::object();
  for (const auto& [name, value] : error.facts) details[name] = value;
  const auto code = error.reason.empty() ? std::string(to_string(error.code)) : error.reason;
  return {{"error", {{"code", code}, {"message", error.message}, {"details", details}}}};
}

void print_error(std::ostream& out, const Error& error) {
  out << "ztix: " << error.message << '\n';
  for (const auto& [name, value] : error.facts) out << "  " << name << ": " << value << '\n';
}

void print_checks(std::ostream& out, const nlohmann::json& checks) {
  for (const auto& check : checks) {
    out << (check["ok"].get<bool>() ? "ok      " : "FAILED  ") << check["name"].get<std::string>() << ": "
        << check["message"].get<std::string>() << '\n';
    if (const auto remedy = check["remedy"].get<std::string>(); !remedy.empty()) out << "        " << remedy << '\n';
  }
}

}  // namespace ztix::cli
