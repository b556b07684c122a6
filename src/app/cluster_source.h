// Where a cluster's facts come from: the one way in for every command that reads a cluster.
//
//   command (main):  app::ClusterOptions options = main::cluster_options_from(arguments);   // src/main/cluster_flags.h
//   app:             BULKHEAD_TRY(const ClusterInput input, open_cluster(options));         // nothing is parsed here
//                    request.inputs = {input.worker_input(), …};   run_worker(request) …    // add `.in(input.label)` to its error
//   task (worker):   BULKHEAD_TRY(model::Cluster cluster, load_cluster_input(context));
//
// One ClusterInput serves any number of workers, at the same time too. Without a source named, the current kubeconfig
// context (or the credentials of the pod that this runs in) is used; its name is said on stderr before anything is read.
// A live cluster is recorded into memory first, so that what a worker sees is a snapshot in every case.
#pragma once

#include <chrono>
#include <string>

#include "base/file.h"
#include "base/result.h"
#include "base/worker.h"
#include "model/cluster.h"

namespace bulkhead::app {

struct ClusterOptions {
  std::string snapshot;                          // FILE made by `bulkhead snapshot`
  std::string from_manifests;                    // DIR of YAML and JSON manifests
  std::string kubeconfig;                        // FILE; empty: $KUBECONFIG, ~/.kube/config, or the pod's own credentials
  std::string context;                           // of the kubeconfig; empty: its current one
  bool allow_exec = false;                       // may run the kubeconfig's credential plug-in
  bool secret_names = false;                     // list Secrets' metadata (needs the right to list them)
  bool kubelet_config = false;                   // ask each kubelet for its configuration (needs nodes/proxy)
  std::chrono::milliseconds request_timeout{0};  // one request to the API server; 0: 60 s
  bool quiet = false;                            // nothing on stderr but warnings and errors
};

struct ClusterInput {
  base::UniqueFd fd;
  std::string kind;   // name of the worker's input: "snapshot" | "manifests"
  std::string label;  // for people: "snapshot demo/shop.snapshot.tar.zst", "context kind-shop"
  base::WorkerInput worker_input() const { return {kind, fd.get()}; }
};

// Errors: usage (two sources at once), io, network, denied.
base::Result<ClusterInput> open_cluster(const ClusterOptions& options);

// Inside a worker task: the facts of whichever cluster input the request carries.
// `prefix`: of the input's name, where a request carries two clusters.
base::Result<model::Cluster> load_cluster_input(const base::WorkerContext& context, const std::string& prefix = {});

}  // namespace bulkhead::app
