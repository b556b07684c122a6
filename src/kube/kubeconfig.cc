#include "kube/kubeconfig.h"

#include <sys/stat.h>
#include <cstdlib>
#include <map>
#include <memory>

#include "base/base64.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"

namespace bulkhead::kube {
namespace {

using base::ErrorKind;
using base::fail;
using base::JsonDocument;
using base::JsonKind;
using base::JsonView;

constexpr uint64_t kFileBytes = 16ULL << 20;
constexpr size_t kMaxFiles = 64;
constexpr const char* kAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount/";

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// A named entry and the folder that its relative paths are meant from.
struct Entry {
  JsonView view;
  std::string folder;
};

struct Config {
  std::vector<std::unique_ptr<JsonDocument>> documents;
  std::map<std::string, Entry, std::less<>> clusters, users, contexts;
  std::string current_context;
};

base::Status take_list(JsonView list, const char* what, const char* body, const std::string& folder, std::string_view where,
                       std::map<std::string, Entry, std::less<>>& to) {
  if (list.kind() == JsonKind::missing || list.kind() == JsonKind::null) {
    return {};
  }
  if (list.kind() != JsonKind::array) {
    return fail(ErrorKind::input, std::string(what) + " is not a list", std::string(where));
  }
  for (const JsonView& item : list.items()) {
    const auto name = item.get("name").string();
    if (!name) {
      return fail(ErrorKind::input, std::string("an entry of ") + what + " has no name", std::string(where));
    }
    to.try_emplace(std::string(*name), Entry{item.get(body), folder});
  }
  return {};
}

base::Status take_file(std::string_view text, const base::Limits& limits, std::string_view where, const std::string& folder, Config& to) {
  BULKHEAD_TRY(std::vector<JsonDocument> documents, base::parse_yaml(text, limits, where));
  if (documents.empty()) {
    return {};
  }
  auto document = std::make_unique<JsonDocument>(std::move(documents.front()));
  const JsonView root = document->root();
  if (root.kind() == JsonKind::null) {
    return {};
  }
  if (root.kind() != JsonKind::object) {
    return fail(ErrorKind::input, "not a kubeconfig: no mapping at its top", std::string(where));
  }
  BULKHEAD_CHECK(take_list(root.get("clusters"), "clusters", "cluster", folder, where, to.clusters));
  BULKHEAD_CHECK(take_list(root.get("users"), "users", "user", folder, where, to.users));
  BULKHEAD_CHECK(take_list(root.get("contexts"), "contexts", "context", folder, where, to.contexts));
  if (to.current_context.empty()) {
    to.current_context = root.get("current-context").text();
  }
  to.documents.push_back(std::move(document));
  return {};
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

// Inline base64 (`key`-data) before a file (`key`).
base::Result<std::string> bytes_of(const Entry& entry, const std::string& key) {
  if (const std::string data = entry.view.get(key + "-data").text(); !data.empty()) {
    auto bytes = base::decode_base64(data);
    if (!bytes) {
      return fail(ErrorKind::input, key + "-data is not base64");
    }
    return *std::move(bytes);
  }
  const std::string path = entry.view.get(key).text();
  if (path.empty()) {
    return std::string();
  }
  return base::read_file(path.starts_with('/') ? path : entry.folder + "/" + path, kFileBytes);
}

base::Result<ExecPlugin> read_exec(JsonView exec, const std::string& folder) {
  ExecPlugin plugin;
  plugin.api_version = exec.get("apiVersion").text();
  plugin.command = exec.get("command").text();
  plugin.args = exec.get("args").texts();
  for (const JsonView& one : exec.get("env").items()) {
    plugin.env.emplace_back(one.get("name").text(), one.get("value").text());
  }
  plugin.install_hint = exec.get("installHint").text();
  plugin.provide_cluster_info = exec.get("provideClusterInfo").flag();
  plugin.interactive_mode = exec.get("interactiveMode").text();
  if (plugin.command.empty()) {
    return fail(ErrorKind::input, "users[].user.exec has no command");
  }
  if (plugin.command.find('/') != std::string::npos && !plugin.command.starts_with('/')) {
    plugin.command = folder + "/" + plugin.command;
  }
  return plugin;
}

base::Status read_user(const Entry& user, ClusterAccess& to) {
  const JsonView view = user.view;
  BULKHEAD_TRY(to.client_cert_pem, bytes_of(user, "client-certificate"));
  BULKHEAD_TRY(to.client_key_pem, bytes_of(user, "client-key"));
  to.token = view.get("token").text();
  if (const std::string path = view.get("tokenFile").text(); !path.empty()) {
    BULKHEAD_TRY(const std::string token, base::read_file(path.starts_with('/') ? path : user.folder + "/" + path, kFileBytes));
    to.token = base::trim(token);
  }
  to.username = view.get("username").text();
  to.password = view.get("password").text();
  to.as_user = view.get("as").text();
  to.as_uid = view.get("as-uid").text();
  to.as_groups = view.get("as-groups").texts();
  view.get("as-user-extra").each([&](std::string_view key, JsonView values) {
    for (const std::string& value : values.texts()) {
      to.as_extra.emplace_back(key, value);
    }
  });
  if (const JsonView exec = view.get("exec"); exec.kind() == JsonKind::object) {
    BULKHEAD_TRY(to.exec, read_exec(exec, user.folder));
  }
  to.auth_provider = view.get("auth-provider").get("name").text();
  return {};
}

base::Result<ClusterAccess> resolve(const Config& config, const std::string& wanted) {
  ClusterAccess access;
  access.context = wanted.empty() ? config.current_context : wanted;
  if (access.context.empty()) {
    auto error = fail(ErrorKind::usage, "the kubeconfig has no current context");
    error.error().hint = "choose one with --context NAME (kubectl config get-contexts lists them)";
    return error;
  }
  const auto context = config.contexts.find(access.context);
  if (context == config.contexts.end()) {
    std::string names;
    for (const auto& [name, entry] : config.contexts) {
      names += (names.empty() ? "" : ", ") + name;
    }
    auto error = fail(ErrorKind::not_found, "no context \"" + access.context + "\" in the kubeconfig");
    error.error().hint = names.empty() ? "it holds no contexts" : "it holds: " + names;
    return error;
  }
  access.default_namespace = context->second.view.get("namespace").text();
  const std::string cluster_name = context->second.view.get("cluster").text();
  const auto cluster = config.clusters.find(cluster_name);
  if (cluster == config.clusters.end()) {
    return fail(ErrorKind::not_found,
                "context \"" + access.context + "\" names the cluster \"" + cluster_name + "\", which the kubeconfig lacks");
  }
  const JsonView view = cluster->second.view;
  access.server = view.get("server").text();
  while (access.server.ends_with('/')) {
    access.server.pop_back();
  }
  if (!access.server.starts_with("https://") && !access.server.starts_with("http://")) {
    return fail(ErrorKind::input, "cluster \"" + cluster_name + "\" has no usable server address", {}, access.server);
  }
  access.tls_server_name = view.get("tls-server-name").text();
  access.proxy_url = view.get("proxy-url").text();
  access.insecure = view.get("insecure-skip-tls-verify").flag();
  auto ca = bytes_of(cluster->second, "certificate-authority");
  if (!ca) {
    return std::unexpected(std::move(ca).error().in("certificate authority of cluster " + cluster_name));
  }
  access.ca_pem = *std::move(ca);
  const std::string user_name = context->second.view.get("user").text();
  if (const auto user = config.users.find(user_name); user != config.users.end()) {
    if (auto status = read_user(user->second, access); !status) {
      return std::unexpected(std::move(status).error().in("user " + user_name));
    }
  } else if (!user_name.empty()) {
    return fail(ErrorKind::not_found,
                "context \"" + access.context + "\" names the user \"" + user_name + "\", which the kubeconfig lacks");
  }
  return access;
}

// Credentials that the kubelet mounts into a pod. Source: "Accessing the Kubernetes API from a Pod".
base::Result<ClusterAccess> in_cluster(const std::string& host, const std::string& port) {
  ClusterAccess access;
  access.context = "in-cluster";
  access.server = "https://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + port;
  const std::string folder = kAccountFolder;
  BULKHEAD_TRY(const std::string token, base::read_file(folder + "token", kFileBytes));
  access.token = base::trim(token);
  BULKHEAD_TRY(access.ca_pem, base::read_file(folder + "ca.crt", kFileBytes));
  if (const auto ns = base::read_file(folder + "namespace", 4096)) {
    access.default_namespace = base::trim(*ns);
  }
  return access;
}

bool exists(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0;
}

}  // namespace

base::Result<ClusterAccess> find_cluster_access(const KubeconfigRequest& request, const base::Limits& limits) {
  std::vector<std::string> files;
  const std::string listed = environment("KUBECONFIG");
  if (!request.file.empty()) {
    files.push_back(request.file);
  } else if (!listed.empty()) {
    for (const std::string_view path : base::split(listed, ':')) {
      if (!path.empty() && exists(std::string(path))) {
        files.emplace_back(path);
      }
    }
  } else if (const std::string path = environment("HOME") + "/.kube/config"; exists(path)) {
    files.push_back(path);
  }
  if (files.size() > kMaxFiles) {
    return fail(ErrorKind::limit, "$KUBECONFIG lists more than " + std::to_string(kMaxFiles) + " files");
  }
  if (files.empty()) {
    const std::string host = environment("KUBERNETES_SERVICE_HOST");
    if (!host.empty() && request.context.empty() && exists(std::string(kAccountFolder) + "token")) {
      const std::string port = environment("KUBERNETES_SERVICE_PORT");
      return in_cluster(host, port.empty() ? "443" : port);
    }
    auto error = fail(ErrorKind::not_found, "no kubeconfig found", listed.empty() ? "~/.kube/config" : "$KUBECONFIG=" + listed);
    error.error().hint = "name one with --kubeconfig FILE, or a recorded cluster with --snapshot FILE";
    return error;
  }
  Config config;
  for (const std::string& path : files) {
    BULKHEAD_TRY(const std::string text, base::read_file(path, std::min<uint64_t>(kFileBytes, limits.document_bytes)));
    BULKHEAD_CHECK(take_file(text, limits, path, folder_of(path), config));
  }
  auto access = resolve(config, request.context);
  if (!access) {
    return std::unexpected(std::move(access).error().in("kubeconfig " + files.front() + (files.size() > 1 ? " and others" : "")));
  }
  return access;
}

base::Status check_kubeconfig(std::string_view text, const base::Limits& limits, std::string_view where) {
  Config config;
  BULKHEAD_CHECK(take_file(text, limits, where, "/nonexistent", config));
  BULKHEAD_TRY(const ClusterAccess access, resolve(config, {}));
  return {};
}

}  // namespace bulkhead::kube
