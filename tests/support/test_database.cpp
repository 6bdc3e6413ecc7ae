#include "tests/support/test_database.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/store/database_failure.h"
#include "core/store/migrator.h"
#include "tests/support/checkout.h"

namespace ztix::test {
namespace {

constexpr const char* kPrograms = "/usr/lib/postgresql/15/bin/";
constexpr const char* kTemplate = "ztix_template";

[[noreturn]] void give_up(const std::string& why) {
  throw std::runtime_error("test database: " + why + " (deploy/install-packages installs PostgreSQL)");
}

std::uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool ok = fd >= 0 && bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!ok) give_up("no free port");
  return ntohs(address.sin_port);
}

/// PostgreSQL refuses to run as root.
void become_postgres(const passwd& user) {
  if (getuid() != 0) return;
  if (setgroups(0, nullptr) != 0 || setgid(user.pw_gid) != 0 || setuid(user.pw_uid) != 0) _exit(126);
}

/// Starts a program of PostgreSQL with its output in `log`; it dies with us.
pid_t spawn(const std::vector<std::string>& arguments, const std::filesystem::path& log) {
  const std::string program = kPrograms + arguments.front();
  if (access(program.c_str(), X_OK) != 0) give_up("no " + program);
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) give_up("no user postgres");
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    setpgid(0, 0);  // an interrupt at the terminal is for the test, which then ends the server
    become_postgres(*user);
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent) _exit(125);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(out);
  if (pid < 0) give_up("fork failed");
  return pid;
}

std::string contents(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void run_as(const store::DatabaseSettings& who, const std::string& sql) {
  store::Connection(who).run_script(sql.c_str(), "test set-up");
}

}  // namespace

TestServer& TestServer::instance() {
  static TestServer server;
  return server;
}

TestServer::TestServer() {
  std::string name = "/tmp/ztix-test-pg-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  folder_ = name;
  std::filesystem::permissions(folder_, std::filesystem::perms(0711));
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) give_up("no user postgres");
  if (getuid() == 0 && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) give_up("chown failed");
  init_cluster();
  port_ = free_port();
  start();
  run_as(superuser(), contents(in_checkout("deploy/roles.sql")));
  run_as(superuser(), std::string("CREATE DATABASE ") + kTemplate + " OWNER ztix_owner");
  auto migrated = superuser();
  migrated.user = "ztix_owner";
  migrated.database = kTemplate;
  if (const auto done = store::Migrator(migrated).up(); !done) {
    give_up("migration failed: " + done.error().message + " " + done.error().detail);
  }
}

void TestServer::init_cluster() {
  const auto log = folder_ / "initdb.log";
  const pid_t pid = spawn({"initdb", "--pgdata=" + (folder_ / "data").string(), "--username=postgres", "--auth=trust",
                           "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"},
                          log);
  int status = 0;
  if (waitpid(pid, &status, 0) != pid || status != 0) give_up("initdb failed: " + contents(log));
  std::ofstream hba(folder_ / "data/pg_hba.conf", std::ios::trunc);
  hba << "local all all trust\n"
         "host all needs_password 127.0.0.1/32 scram-sha-256\n"
         "host all all 127.0.0.1/32 trust\n";
}

void TestServer::start(Disk disk) {
  std::vector<std::string> arguments{"postgres", "-D", (folder_ / "data").string(), "-k", folder_.string()};
  arguments.insert(arguments.end(), {"-h", "127.0.0.1", "-p", std::to_string(port_)});
  // Commits of a test must survive kill(), but not a crash of the machine: so no fsync, which costs most of the time.
  if (disk == Disk::fast) arguments.insert(arguments.end(), {"-c", "fsync=off", "-c", "full_page_writes=off"});
  for (const char* setting : {"max_connections=150", "shared_buffers=64MB", "log_min_messages=fatal"}) {
    arguments.insert(arguments.end(), {"-c", setting});
  }
  pid_ = spawn(arguments, folder_ / "server.log");
  wait_until_it_answers();
}

void TestServer::wait_until_it_answers() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (true) {
    try {
      store::Connection probe(superuser());
      return;
    } catch (const store::DbFailure& failure) {
      const bool gone = waitpid(pid_, nullptr, WNOHANG) == pid_;
      if (gone || std::chrono::steady_clock::now() > deadline) {
        give_up(std::string("does not answer: ") + failure.what() + contents(folder_ / "server.log"));
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void TestServer::signal_and_wait(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void TestServer::stop() { signal_and_wait(SIGINT); }

void TestServer::kill() { signal_and_wait(SIGQUIT); }

TestServer::~TestServer() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

store::DatabaseSettings TestServer::superuser() const {
  store::DatabaseSettings settings;
  settings.host = folder_.string();
  settings.port = std::to_string(port_);
  settings.user = "postgres";
  settings.database = "postgres";
  return settings;
}

TestDatabase::TestDatabase(Schema schema) {
  static int count = 0;
  name_ = "test_" + std::to_string(++count);
  const std::string from = schema == Schema::migrated ? kTemplate : "template0";
  run_as(TestServer::instance().superuser(), "CREATE DATABASE " + name_ + " TEMPLATE " + from + " OWNER ztix_owner");
}

TestDatabase::~TestDatabase() {
  connection_.reset();
  try {
    run_as(TestServer::instance().superuser(), "DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const store::DbFailure&) {
    // A test that ends with the server stopped leaves its database behind; the cluster goes with the process.
  }
}

store::DatabaseSettings TestDatabase::settings(const std::string& role) const {
  auto settings = TestServer::instance().superuser();
  settings.user = role;
  settings.database = name_;
  return settings;
}

std::string TestDatabase::url(const std::string& role) const {
  return "postgresql://" + role + "@127.0.0.1:" + std::to_string(TestServer::instance().port()) + "/" + name_;
}

store::Rows TestDatabase::sql(const std::string& text, const std::vector<store::Param>& params) {
  if (!connection_ || !connection_->is_alive()) connection_ = std::make_unique<store::Connection>(settings());
  return connection_->execute_planned({"test", text.c_str()}, params);
}

}  // namespace ztix::test
