#include "app/internal/live_cluster.h"

#include <unistd.h>
#include <cstdio>

#include "app/version.h"
#include "base/text.h"
#include "kube/exec_plugin.h"

namespace bulkhead::app {
namespace {

base::Result<kube::ClusterAccess> log_in(const ClusterOptions& options) {
  BULKHEAD_TRY(kube::ClusterAccess access, kube::find_cluster_access({options.kubeconfig, options.context}));
  if (!options.quiet) {
    std::fprintf(stderr, "Reading the cluster of context %s (%s)\n", base::escape_terminal(access.context).c_str(),
                 base::escape_terminal(access.server).c_str());
  }
  if (access.insecure) {
    std::fprintf(stderr,
                 "warning: the kubeconfig says insecure-skip-tls-verify: whoever is on the way can read and change what is read here\n");
  }
  if (!access.auth_provider.empty() && access.token.empty()) {
    auto error = base::fail(base::ErrorKind::usage,
                            "the kubeconfig uses the auth-provider \"" + access.auth_provider + "\", which Kubernetes removed in 1.26");
    error.error().hint = "let the provider's tool write an exec plug-in or a token into the kubeconfig";
    return error;
  }
  if (access.exec) {
    if (!options.allow_exec) {
      auto error = base::fail(base::ErrorKind::usage, "the kubeconfig wants to run a program for its credentials", access.exec->command);
      error.error().hint = "let it with --allow-exec, or use a kubeconfig with a token or a client certificate";
      return error;
    }
    BULKHEAD_CHECK(kube::run_exec_plugin(access));
  }
  return access;
}

}  // namespace

void say(const char* word, const base::Error& error) {
  std::fprintf(stderr, "%s: %s\n", word, error.text().c_str());
  if (!error.hint.empty()) {
    std::fprintf(stderr, "  %s\n", base::escape_terminal(error.hint).c_str());
  }
}

base::Result<kube::Recording> record_live_cluster(const ClusterOptions& options, bool redact, base::Moment collected_at,
                                                  const kube::SnapshotWriter::Sink& sink) {
  BULKHEAD_TRY(const kube::ClusterAccess access, log_in(options));
  kube::ApiOptions api_options;
  api_options.user_agent = std::string("bulkhead/") + version();
  if (options.request_timeout.count() > 0) {
    api_options.request_time = options.request_timeout;
    api_options.retry_time = std::chrono::duration_cast<std::chrono::seconds>(options.request_timeout) + std::chrono::seconds(30);
  }
  BULKHEAD_TRY(kube::ApiClient api, kube::ApiClient::create(access, api_options));
  kube::RecordOptions record;
  record.name = access.context;
  record.collector = std::string("bulkhead ") + version();
  record.collected_at = collected_at;
  record.secret_names = options.secret_names;
  record.kubelet_config = options.kubelet_config;
  record.redact = redact;
  const bool progress = !options.quiet && ::isatty(STDERR_FILENO) == 1;
  if (progress) {
    record.on_list = [](const kube::Resource& resource, size_t number, size_t of) {
      std::fprintf(stderr, "\r\033[Klisting %s (%zu of %zu)", kube::resource_name(resource).c_str(), number, of);
    };
  }
  const auto end_line = [&] {
    if (progress) {
      std::fprintf(stderr, "\r\033[K");
    }
  };
  record.on_warning = [&](const base::Error& error) {
    end_line();
    say("warning", error);
  };
  auto recording = kube::record_cluster(api, record, sink);
  end_line();
  return recording;
}

}  // namespace bulkhead::app
