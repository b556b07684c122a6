// kubeconfig files → how to reach one cluster and who one is there.
//
// Source: k8s.io/client-go tools/clientcmd (api/v1 types; loading rules). $KUBECONFIG may list several files: the first
// that defines a cluster, user, context or the current context wins; files of the list that do not exist are passed over;
// relative paths in a file are meant from that file's folder; inline data wins over a file, a token file over a token.
// Limits: Limits::document_bytes and the YAML limits; 64 files. Threads: pure functions but for the files they read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::kube {

// users[].user.exec
struct ExecPlugin {
  std::string api_version;  // client.authentication.k8s.io/v1 | v1beta1
  std::string command;      // a name without '/' is looked up in PATH; a relative path is made absolute from the file's folder
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  bool provide_cluster_info = false;
  std::string interactive_mode;
};

struct ClusterAccess {
  std::string context;  // "in-cluster" for a pod's own credentials
  std::string default_namespace;
  std::string server;  // "https://10.0.0.1:6443", without a slash at the end
  std::string tls_server_name;
  std::string proxy_url;
  std::string ca_pem;
  bool insecure = false;  // insecure-skip-tls-verify
  std::string client_cert_pem, client_key_pem;
  std::string token;
  std::string username, password;
  std::string as_user, as_uid;  // impersonation
  std::vector<std::string> as_groups;
  std::vector<std::pair<std::string, std::string>> as_extra;
  std::optional<ExecPlugin> exec;
  std::string auth_provider;  // name of a legacy plug-in, which this program cannot run
};

struct KubeconfigRequest {
  std::string file;     // --kubeconfig; empty: $KUBECONFIG, then ~/.kube/config, then in-cluster
  std::string context;  // --context; empty: current-context
};
// Errors: not_found (no kubeconfig at all, no such context), input (damaged file), io, usage (no current context).
base::Result<ClusterAccess> find_cluster_access(const KubeconfigRequest& request, const base::Limits& limits = {});

// One file's text, its references not yet resolved (for tests and fuzzing).
base::Status check_kubeconfig(std::string_view text, const base::Limits& limits, std::string_view where);

}  // namespace bulkhead::kube
