#!/bin/bash
# record.sh [OUTPUT]: makes the demo's snapshot anew (default demo/shop.snapshot.tar.zst).
#
# A real etcd, kube-apiserver, controller-manager and scheduler are started, the manifests beside this script are created in their order,
# the controllers make the pods and the scheduler places them; settle.py reports what kubelets would. Then `bulkhead snapshot` reads it all
# over the API. Names of pods, uids and times differ from run to run. Needs Go >= 1.24 (for the server programs, built once), the Debian
# package etcd-server, and BULKHEAD (default build/release/bin/bulkhead). KEEP=1 leaves the cluster running.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scripts=$here/../tests/system/cluster
output=$(realpath -m "${1:-$here/shop.snapshot.tar.zst}")
bulkhead=${BULKHEAD:-$here/../build/release/bin/bulkhead}
export BULKHEAD_CLUSTER=${BULKHEAD_CLUSTER:-${TMPDIR:-/tmp}/bulkhead-demo-cluster} BULKHEAD_CLUSTER_PORT=${BULKHEAD_CLUSTER_PORT:-23720} BULKHEAD_CLUSTER_NAME=shop

programs=$("$scripts/build.sh" "${BULKHEAD_KUBE_VERSION:-v1.33.13}")
config=$("$scripts/up.sh" "$programs" ctl)
[ -n "${KEEP:-}" ] || trap '"$scripts/down.sh"' EXIT
kubectl() { "$scripts/kubectl" "$@"; }

kubectl create -f "$here/manifests/10-nodes.yaml"
python3 "$here/settle.py" "$programs/kubectl" "$config" nodes "$here/manifests/10-nodes.yaml"
kubectl create -f "$here/manifests/00-namespaces.yaml"
for _ in $(seq 50); do # pods are refused until the controllers have made each namespace's default service account
  [ "$(kubectl get serviceaccounts -A -o name | grep -c /default)" = "$(kubectl get namespaces -o name | wc -l)" ] && break
  sleep 0.2
done
for manifest in "$here"/manifests/[2-9]*.yaml; do kubectl create -f "$manifest"; done
kubectl patch service kubernetes --type=json -p '[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 6443}]' # not the port of this recording
python3 "$here/settle.py" "$programs/kubectl" "$config" pods "$here/images/digests.json"
kubectl get pods -A -o wide
"$bulkhead" snapshot --kubeconfig "$config" -o "$output"
ls -l "$output"
