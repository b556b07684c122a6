#include "kube/exec_plugin.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "base/file.h"
#include "base/json.h"

extern char** environ;

namespace bulkhead::kube {
namespace {

using base::ErrorKind;
using base::fail;

constexpr uint64_t kMaxOutput = 1 << 20;
constexpr std::chrono::seconds kTime{60};

std::string exec_info(const ClusterAccess& access) {
  base::JsonWriter w;
  w.begin_object().member("kind", "ExecCredential").member("apiVersion", access.exec->api_version).key("spec").begin_object();
  w.member("interactive", false);
  if (access.exec->provide_cluster_info) {
    w.key("cluster").begin_object().member("server", access.server);
    if (!access.tls_server_name.empty()) {
      w.member("tls-server-name", access.tls_server_name);
    }
    if (access.insecure) {
      w.member("insecure-skip-tls-verify", true);
    }
    w.end_object();
  }
  w.end_object().end_object();
  return w.take();
}

// Reads to the end or to the deadline.
base::Result<std::string> read_output(int fd, const std::string& who) {
  std::string out;
  const auto deadline = std::chrono::steady_clock::now() + kTime;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) {
      return fail(ErrorKind::limit, "the credential plug-in gave no answer in " + std::to_string(kTime.count()) + " s", who);
    }
    pollfd entry{fd, POLLIN, 0};
    if (::poll(&entry, 1, static_cast<int>(left)) <= 0) {
      continue;
    }
    char chunk[4096];
    const ssize_t got = ::read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) {
      continue;
    }
    if (got <= 0) {
      return out;
    }
    out.append(chunk, static_cast<size_t>(got));
    if (out.size() > kMaxOutput) {
      return fail(ErrorKind::limit, "the credential plug-in's answer is over 1 MiB", who);
    }
  }
}

base::Result<std::string> run(const ExecPlugin& plugin, const std::string& info) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    return base::fail_errno(errno, "cannot make a pipe");
  }
  const base::UniqueFd read_end(ends[0]);
  base::UniqueFd write_end(ends[1]);
  std::vector<std::string> words = {plugin.command};
  words.insert(words.end(), plugin.args.begin(), plugin.args.end());
  std::vector<std::string> variables;
  for (char** one = environ; *one != nullptr; ++one) {
    variables.emplace_back(*one);
  }
  const auto set = [&](const std::string& name, const std::string& value) {
    std::erase_if(variables, [&](const std::string& have) { return have.starts_with(name + "="); });
    variables.push_back(name + "=" + value);
  };
  for (const auto& [name, value] : plugin.env) {
    set(name, value);
  }
  set("KUBERNETES_EXEC_INFO", info);
  std::vector<char*> arguments, environment;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  for (std::string& variable : variables) {
    environment.push_back(variable.data());
  }
  arguments.push_back(nullptr);
  environment.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), STDOUT_FILENO);
  pid_t pid = -1;
  const int error = ::posix_spawnp(&pid, plugin.command.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  write_end = base::UniqueFd();
  if (error != 0) {
    auto failure = base::fail_errno(error, "cannot run the credential plug-in", plugin.command);
    failure.error().hint = plugin.install_hint;
    return failure;
  }
  auto output = read_output(read_end.get(), plugin.command);
  if (!output) {
    ::kill(pid, SIGKILL);
  }
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (output && (!WIFEXITED(status) || WEXITSTATUS(status) != 0)) {
    return fail(
        ErrorKind::io, "the credential plug-in failed", plugin.command,
        WIFEXITED(status) ? "exit code " + std::to_string(WEXITSTATUS(status)) : std::string("signal ") + strsignal(WTERMSIG(status)));
  }
  return output;
}

}  // namespace

base::Status run_exec_plugin(ClusterAccess& access) {
  const ExecPlugin& plugin = *access.exec;
  if (plugin.api_version != "client.authentication.k8s.io/v1" && plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return fail(ErrorKind::input, "a credential plug-in of an unknown apiVersion", "users[].user.exec", plugin.api_version);
  }
  BULKHEAD_TRY(const std::string text, run(plugin, exec_info(access)));
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, {}, "answer of " + plugin.command));
  const base::JsonView root = document.root();
  if (root.get("kind").text() != "ExecCredential" || root.get("apiVersion").text() != plugin.api_version) {
    return fail(ErrorKind::input, "the answer is no ExecCredential of " + plugin.api_version, plugin.command);
  }
  const base::JsonView status = root.get("status");
  access.token = status.get("token").text();
  access.client_cert_pem = status.get("clientCertificateData").text();
  access.client_key_pem = status.get("clientKeyData").text();
  if (access.token.empty() && (access.client_cert_pem.empty() || access.client_key_pem.empty())) {
    return fail(ErrorKind::input, "the answer holds neither a token nor a certificate with its key", plugin.command);
  }
  return {};
}

}  // namespace bulkhead::kube
