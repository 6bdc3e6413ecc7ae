#include "core/store/row.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <libpq-fe.h>

#include "core/base/text.h"

namespace ztix::store {
namespace {

// Stable object ids of built-in types (PostgreSQL source, pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kTimestamptz = 1184;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc{} || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

/// `2026-11-21 04:05:06.123456+00`: the ISO style in UTC that every connection is set to.
std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (text.size() < 22 || !text.ends_with("+00")) return std::nullopt;
  text.remove_suffix(3);
  const auto year = digits(text.substr(0, 4)), month = digits(text.substr(5, 2)), day = digits(text.substr(8, 2));
  const auto hour = digits(text.substr(11, 2)), minute = digits(text.substr(14, 2)),
             second = digits(text.substr(17, 2));
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  int micros = 0;
  if (text.size() > 19) {
    std::string fraction(text.substr(19));
    if (fraction.size() < 2 || fraction.size() > 7 || fraction[0] != '.') return std::nullopt;
    fraction.resize(7, '0');
    const auto value = digits(std::string_view(fraction).substr(1));
    if (!value) return std::nullopt;
    micros = *value;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return Timestamp{std::chrono::sys_days{date}} + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + std::chrono::microseconds(micros);
}

/// One item of an array's text form, quoted or not; moves `text` behind it.
std::string take_item(std::string_view& text) {
  std::string item;
  if (!text.starts_with('"')) {
    const auto end = std::min(text.find(','), text.size());
    item = text.substr(0, end);
    text.remove_prefix(end);
    return item;
  }
  std::size_t i = 1;
  for (; i < text.size() && text[i] != '"'; ++i) {
    if (text[i] == '\\') ++i;
    if (i < text.size()) item += text[i];
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return item;
}

/// nullopt for anything but a one-dimensional array without NULLs ("8.15.6. Array Input and Output Syntax").
std::optional<std::vector<std::string>> parse_array(std::string_view text) {
  if (!text.starts_with('{') || !text.ends_with('}')) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::vector<std::string> items;
  while (!text.empty()) {
    const bool quoted = text.starts_with('"');
    auto item = take_item(text);
    if (!quoted && (item == "NULL" || item.empty() || item.starts_with('{'))) return std::nullopt;
    items.push_back(std::move(item));
    if (!text.empty()) {
      if (text.front() != ',') return std::nullopt;
      text.remove_prefix(1);
    }
  }
  return items;
}

}  // namespace

int Row::column_index(const char* column) const {
  const int index = PQfnumber(result_.get(), column);
  if (index < 0) throw std::logic_error(std::string("Row: no column ") + column);
  return index;
}

bool Row::is_null(const char* column) const { return PQgetisnull(result_.get(), index_, column_index(column)) != 0; }

std::string_view Row::text(const char* column) const {
  const int at = column_index(column);
  if (PQgetisnull(result_.get(), index_, at) != 0) mismatch(column, "a value: it is NULL");
  return {PQgetvalue(result_.get(), index_, at), static_cast<std::size_t>(PQgetlength(result_.get(), index_, at))};
}

std::int64_t Row::integer(const char* column) const {
  const Oid type = PQftype(result_.get(), column_index(column));
  const auto value = parse_decimal<std::int64_t>(text(column));
  if ((type != kInt8 && type != kInt4 && type != kInt2) || !value) mismatch(column, "an integer");
  return *value;
}

void Row::mismatch(const char* column, const char* expected) const {
  throw std::logic_error(std::string("Row: column ") + column + " is not " + expected);
}

bool Row::Reader<bool>::read(const Row& row, const char* column) {
  if (PQftype(row.result_.get(), row.column_index(column)) != kBool) row.mismatch(column, "a boolean");
  return row.text(column) == "t";
}

std::string Row::Reader<std::string>::read(const Row& row, const char* column) { return std::string(row.text(column)); }

Timestamp Row::Reader<Timestamp>::read(const Row& row, const char* column) {
  const auto value = parse_timestamp(row.text(column));
  if (PQftype(row.result_.get(), row.column_index(column)) != kTimestamptz || !value) {
    row.mismatch(column, "a finite timestamptz");
  }
  return *value;
}

Uuid Row::Reader<Uuid>::read(const Row& row, const char* column) {
  const auto value = Uuid::parse(row.text(column));
  if (!value) row.mismatch(column, "a UUID");
  return *value;
}

domain::Asn Row::Reader<domain::Asn>::read(const Row& row, const char* column) {
  const auto number = row.integer(column);
  const auto value = number < 0 ? std::nullopt : domain::Asn::from_number(static_cast<std::uint64_t>(number));
  if (!value) row.mismatch(column, "an AS number");
  return *value;
}

domain::NodeId Row::Reader<domain::NodeId>::read(const Row& row, const char* column) {
  const auto value = domain::NodeId::parse(row.text(column));
  if (!value) row.mismatch(column, "a node id");
  return *value;
}

domain::ZtNetworkId Row::Reader<domain::ZtNetworkId>::read(const Row& row, const char* column) {
  const auto value = domain::ZtNetworkId::parse(row.text(column));
  if (!value) row.mismatch(column, "a network id");
  return *value;
}

IpAddress Row::Reader<IpAddress>::read(const Row& row, const char* column) {
  const auto value = IpAddress::parse(row.text(column));
  if (!value) row.mismatch(column, "an address");
  return *value;
}

Prefix Row::Reader<Prefix>::read(const Row& row, const char* column) {
  const auto value = Prefix::parse(row.text(column));
  if (!value) row.mismatch(column, "a prefix");
  return *value;
}

std::vector<std::string> Row::Reader<std::vector<std::string>>::read(const Row& row, const char* column) {
  auto value = parse_array(row.text(column));
  if (!value) row.mismatch(column, "a flat array without NULLs");
  return std::move(*value);
}

std::vector<std::int64_t> Row::Reader<std::vector<std::int64_t>>::read(const Row& row, const char* column) {
  std::vector<std::int64_t> numbers;
  for (const auto& item : row.get<std::vector<std::string>>(column)) {
    const auto number = parse_decimal<std::int64_t>(item);
    if (!number) row.mismatch(column, "an array of integers");
    numbers.push_back(*number);
  }
  return numbers;
}

Rows::Rows(std::shared_ptr<const pg_result> result)
    : result_(std::move(result)), size_(static_cast<std::size_t>(PQntuples(result_.get()))) {}

std::optional<Row> Rows::at_most_one() const {
  if (size_ > 1) throw std::logic_error("Rows: more than one row");
  if (size_ == 0) return std::nullopt;
  return (*this)[0];
}

Row Rows::one() const {
  if (size_ != 1) throw std::logic_error("Rows: expected one row, got " + std::to_string(size_));
  return (*this)[0];
}

std::size_t Rows::affected() const {
  // libpq's signature is not const-correct; it only reads.
  const std::string_view count =
      PQcmdTuples(const_cast<PGresult*>(result_.get()));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  return parse_decimal<std::size_t>(count).value_or(0);
}

}  // namespace ztix::store
