#include "main/cluster_flags.h"

#include <algorithm>

namespace bulkhead::main {

std::vector<Option> cluster_options() {
  return {{Option::Kind::text, "--snapshot", "read this recorded cluster (made by bulkhead snapshot)"},
          {Option::Kind::text, "--from-manifests", "read the YAML and JSON manifests below this folder as a cluster"},
          {Option::Kind::text, "--kubeconfig", "read a live cluster by this file instead of $KUBECONFIG or ~/.kube/config"},
          {Option::Kind::text, "--context", "context of the kubeconfig instead of its current one"},
          {Option::Kind::flag, "--allow-exec", "may run the credential plug-in (a program) that the kubeconfig names"},
          {Option::Kind::flag, "--secret-names", "list the names of all Secrets, never their contents (needs the right to list secrets)"},
          {Option::Kind::flag, "--kubelet-config", "ask every kubelet for its configuration (needs get on nodes/proxy or nodes/configz)"},
          {Option::Kind::number, "--request-timeout", "seconds that one request to the API server may take", false, "60"},
          {Option::Kind::flag, "--quiet", "nothing on standard error but warnings and errors"}};
}

app::ClusterOptions cluster_options_from(const Arguments& arguments) {
  app::ClusterOptions options;
  options.snapshot = arguments.text("snapshot");
  options.from_manifests = arguments.text("from-manifests");
  options.kubeconfig = arguments.text("kubeconfig");
  options.context = arguments.text("context");
  options.allow_exec = arguments.flag("allow-exec");
  options.secret_names = arguments.flag("secret-names");
  options.kubelet_config = arguments.flag("kubelet-config");
  options.request_timeout =
      std::chrono::milliseconds(static_cast<int64_t>(std::clamp(arguments.number("request-timeout"), 0.0, 86'400.0) * 1000));
  options.quiet = arguments.flag("quiet");
  return options;
}

}  // namespace bulkhead::main
