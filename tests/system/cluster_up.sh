#!/bin/bash
# The project's own cluster scripts: a control plane comes up, controllers and scheduler act, admission refuses, all of it goes away.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ -n "${BULKHEAD_KUBE:-}" ] || { echo "no server programs"; exit 77; }
code=0
"$here/cluster/up.sh" "$BULKHEAD_KUBE" ctl || code=$?
[ $code = 0 ] || exit $code
kubectl() { "$here/cluster/kubectl" "$@"; }

kubectl create namespace locked
kubectl label namespace locked pod-security.kubernetes.io/enforce=restricted
for _ in $(seq 50); do kubectl -n locked get serviceaccount default > /dev/null 2>&1 && break; sleep 0.2; done
if kubectl -n locked run bad --image=example.com/none --privileged 2> refused; then echo "a privileged pod was let into a restricted namespace"; exit 1; fi
grep -q 'violates PodSecurity' refused

kubectl create deployment web --image=example.com/web --replicas=2
for _ in $(seq 50); do [ "$(kubectl get pods -l app=web -o name | wc -l)" = 2 ] && break; sleep 0.2; done
[ "$(kubectl get pods -l app=web -o name | wc -l)" = 2 ] || { echo "the deployment made no pods"; exit 1; }
[ "$(kubectl auth can-i list secrets --as=system:serviceaccount:default:default || true)" = no ]

"$here/cluster/down.sh"
[ ! -e "$BULKHEAD_CLUSTER" ] || { echo "down.sh left $BULKHEAD_CLUSTER"; exit 1; }
