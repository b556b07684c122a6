// Runs a kubeconfig's credential plug-in, only ever when the user has said so (--allow-exec): it is a program that the file
// names, with the user's own rights.
//
// Source: Kubernetes, "client-go credential plugins"; client.authentication.k8s.io/v1 and v1beta1 ExecCredential.
// Limits: 60 s, 1 MiB of output. Threads: calls are independent.
#pragma once

#include "base/result.h"
#include "kube/kubeconfig.h"

namespace bulkhead::kube {

// Fills in access.token, or its client certificate and key. Errors: not_found (no such program; the plug-in's install hint),
// input (its answer is no ExecCredential), io (it failed), limit.
base::Status run_exec_plugin(ClusterAccess& access);

}  // namespace bulkhead::kube
