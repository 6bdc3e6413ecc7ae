#pragma once

/// @file core/store/silent_sessions.h
/// Sessions that wait for their program in the middle of a statement or a pipeline. PostgreSQL ends a transaction whose
/// program is silent *between* two statements (idle_in_transaction_session_timeout); one whose program was stopped
/// while half of a pipeline or of a long result was on its way keeps its locks for ever (measured, PostgreSQL 15:
/// neither that time nor statement_timeout acts there). A job it holds could not be claimed until the program goes on.

#include <chrono>
#include <string>
#include <vector>

#include "core/store/database.h"

namespace ztix::store {

struct SilentSession {
  int pid = 0;              ///< of PostgreSQL's process
  std::string application;  ///< its application_name
  std::chrono::seconds silent{0};
};

/// Ends the sessions of every ZTIX program on this database that were silent so long; for the role ztix_worker. What
/// they had open is rolled back, and whoever goes on later finds its connection lost.
/// @param silent_for  longer than any statement may take to send what it has found.
/// @return those that were ended.
Result<std::vector<SilentSession>> end_silent_sessions(Database& database, std::chrono::milliseconds silent_for);

}  // namespace ztix::store
