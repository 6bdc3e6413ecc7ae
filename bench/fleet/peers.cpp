#include "bench/fleet/peers.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "core/base/text.h"

namespace ztix::bench {
namespace {

using Clock = std::chrono::steady_clock;

/// Where a host keeps ansible's files; /run is the route server's own.
constexpr const char* kRemoteFolder = "/run/ztix-bench";

std::string node_folder(Fleet& fleet, const RouteServer& server) {
  return fleet.lab().env("ZTIX_LAB_STATE_DIR") + "/nodes/" + server.endpoint.name;
}

/// Milliseconds of a program that must succeed.
double timed(const std::vector<std::string>& words, const std::string& input = {}) {
  const auto begin = Clock::now();
  const auto done = test::run(words, input);
  const auto took = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  if (done.exit_code != 0) throw std::runtime_error(words.front() + ": " + done.out + done.err);
  return took;
}

/// One exec: the first `size` bytes are the object, the rest is rs1's root, in which the host puts its own addresses.
/// sed is no work that ours does not do, it stands where cat would.
std::string remote_command(const render::RenderedConfig& config, int first_port) {
  const auto& object = *config.objects.back();
  const auto root = "/var/lib/ztix-rs/root-" + config.root_digest + ".conf";
  return "k=$((${SSH_CONNECTION##* } - " + std::to_string(first_port) +
         " + 1)); x=$(printf %x $k); cd /var/lib/ztix-rs && head -c " + std::to_string(object.text.size()) +
         " > object-" + object.digest +
         ".conf && sed \"s/^router id 10.77.0.1;/router id 10.77.0.$k;/; s/local 10.77.0.1 as/local 10.77.0.$k as/; "
         "s/local 2001:db8:77::1 as/local 2001:db8:77::$x as/\" > " +
         root + " && /usr/sbin/birdc 'configure check \"" + root + "\"' && /usr/sbin/birdc 'configure \"" + root +
         "\" timeout 60'";
}

/// The whole configuration as one file.
std::string in_one(const render::RenderedConfig& config) {
  std::string text;
  for (const auto line : split(config.root, '\n')) {
    if (!line.starts_with("include ")) text.append(line).append("\n");
  }
  for (const auto& object : config.objects) text += object->text;
  return text;
}

}  // namespace

OpenLogin::OpenLogin(Fleet& fleet) : fleet_(fleet) {
  test::run_or_throw({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ztix-bench", "-f", key()});
  const auto public_key = test::read_file(key() + ".pub");
  for (const auto& server : fleet_.servers()) {
    std::ofstream(authorized_keys(server), std::ios::app) << "restrict " << public_key;
  }
}

OpenLogin::~OpenLogin() {
  for (const auto& server : fleet_.servers()) test::run({"sed", "-i", "/ ztix-bench$/d", authorized_keys(server)});
}

std::string OpenLogin::authorized_keys(const RouteServer& server) const {
  return node_folder(fleet_, server) + "/var-lib/ztix/.ssh/authorized_keys";
}

ParallelSsh::ParallelSsh(Fleet& fleet) : fleet_(fleet), login_(fleet) {
  std::string hosts;
  for (const auto& [endpoint, who, host, newest] : fleet_.servers()) {
    hosts += endpoint.user + "@" + endpoint.host + ":" + std::to_string(endpoint.port) + "\n";
  }
  login_.folder().write("hosts", hosts);
}

double ParallelSsh::put_check_arm() {
  const auto& first = fleet_.servers().front();
  const auto config = fleet_.next_change(first, fleet_.new_change());
  const auto parallel = std::to_string(fleet_.servers().size());
  const auto took =
      timed({"parallel-ssh", "-p", parallel, "-h", login_.folder().path() + "/hosts", "-I", "-O",
             "StrictHostKeyChecking=no", "-O", "UserKnownHostsFile=/dev/null", "-O", "IdentitiesOnly=yes", "-O",
             "LogLevel=ERROR", "-O", "IdentityFile=" + login_.key(), remote_command(config, first.endpoint.port)},
            config.objects.back()->text + config.root);
  fleet_.undo_everywhere(config.root_digest, config.ztix_digest);
  return took;
}

Ansible::Ansible(Fleet& fleet) : fleet_(fleet), login_(fleet) {
  std::string inventory;
  for (const auto& server : fleet_.servers()) {
    const auto folder = node_folder(fleet_, server) + kRemoteFolder;
    std::filesystem::create_directories(folder);
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    inventory += server.endpoint.name + " ansible_host=" + server.endpoint.host +
                 " ansible_port=" + std::to_string(server.endpoint.port) + " ansible_user=" + server.endpoint.user +
                 " ansible_ssh_private_key_file=" + login_.key() + " ansible_remote_tmp=" + kRemoteFolder +
                 "/tmp ansible_python_interpreter=/usr/bin/python3\n";
  }
  const auto& folder = login_.folder();
  const std::string file = std::string(kRemoteFolder) + "/bird.conf";
  folder.write("inventory", inventory);
  folder.write("play.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n    - copy: {src: " + folder.path() +
                               "/bird.conf, dest: " + file + ", mode: '0644'}\n" +
                               "    - command: /usr/sbin/birdc 'configure check \"" + file + "\"'\n" +
                               "      register: said\n      failed_when: \"'Configuration OK' not in said.stdout\"\n");
}

double Ansible::copy_and_check() {
  const auto& folder = login_.folder();
  folder.write("bird.conf", in_one(fleet_.next_change(fleet_.servers().front(), fleet_.new_change())));
  return timed({"env", "HOME=" + folder.path(), "ANSIBLE_HOST_KEY_CHECKING=False", "ansible-playbook", "-i",
                folder.path() + "/inventory", folder.path() + "/play.yml"});
}

}  // namespace ztix::bench
