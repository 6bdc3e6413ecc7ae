#pragma once

/// @file core/store/query.h
/// A named SQL statement; the text lives in sql/queries/ and is embedded by the build.

namespace ztix::store {

/// One statement of sql/queries/*.sql. Name and text are NUL-terminated and live as long as the program.
/// The name is also the name of the prepared statement on each connection.
struct Query {
  const char* name;
  const char* sql;
};

}  // namespace ztix::store
