#pragma once

/// @file core/store/database_settings.h
/// Where the database is and how long we wait for it.

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret_string.h"

namespace ztix::store {

struct DatabaseSettings {
  std::string host;  ///< name, address, or the folder of a Unix socket; empty = libpq's default
  std::string port = "5432";
  std::string user;
  SecretString password;
  std::string database;
  /// Further libpq parameters of the URL, e.g. {"sslmode","verify-full"}.
  std::vector<std::pair<std::string, std::string>> parameters;

  std::string application_name = "ztix";
  std::chrono::seconds connect_timeout{5};
  std::chrono::milliseconds statement_timeout{15'000};
  std::chrono::milliseconds lock_timeout{5'000};
  std::chrono::milliseconds idle_in_transaction_timeout{10'000};
  /// Most connections of one process, and how long a caller waits for one of them.
  std::size_t pool_size = 8;
  std::chrono::milliseconds pool_wait{5'000};
  /// false: a commit is answered before it is on the disk (PostgreSQL: synchronous_commit). A crash of the server may
  /// take back the last ones; never one that came before a commit that did wait.
  bool waits_for_disk = true;

  /// Reads `postgresql://user:password@host:port/database?parameter=value` (also `postgres://`), percent-decoded.
  /// `?host=/folder` names a Unix socket. We parse it ourselves so that neither an error text nor a process listing
  /// can show the password. Only parameters known to be harmless are accepted (sslmode, sslrootcert, …).
  /// @return invalid_argument, naming the part that is wrong and never quoting the URL.
  /// @see PostgreSQL manual, "34.1.1.2. Connection URIs".
  static Result<DatabaseSettings> from_url(const SecretString& url);

  /// The same database for PgJobStore's claims: no waiting for the disk, and one connection, which keeps its plans.
  [[nodiscard]] DatabaseSettings for_claims() const;
};

}  // namespace ztix::store
