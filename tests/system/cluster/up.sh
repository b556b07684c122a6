#!/bin/bash
# up.sh PROGRAMS [api|ctl|node]: starts a real Kubernetes control plane on 127.0.0.1. PROGRAMS is build.sh's folder.
#
#   api   etcd and kube-apiserver (admission, RBAC, dry runs)                             about 5 s
#   ctl   and kube-controller-manager and kube-scheduler (default)                        about 10 s
#   node  and containerd and a kubelet, so that pods run; only below `inside`, see node.sh  about 20 s
#
# Environment: BULKHEAD_CLUSTER (folder for keys, data, logs, pids), BULKHEAD_CLUSTER_PORT (five ports from there on),
# BULKHEAD_API_FLAGS (more flags of kube-apiserver). The administrator's kubeconfig is $BULKHEAD_CLUSTER/admin.kubeconfig.
# Exit 77: a Debian package is missing (named). down.sh ends it all.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
programs=$(cd "${1:?usage: up.sh PROGRAMS [api|ctl|node]}" && pwd)
level=${2:-ctl}
case $level in api | ctl | node) ;; *) echo "up.sh: no level '$level', only api, ctl and node" >&2; exit 2 ;; esac
. "$here/settings.sh"
for need in etcd:etcd-server openssl:openssl curl:curl setsid:util-linux; do
  command -v "${need%:*}" > /dev/null || { echo "up.sh: no ${need%:*} here: apt-get install -y --no-install-recommends ${need#*:}" >&2; exit 77; }
done
if [ -e "$cluster" ]; then echo "up.sh: $cluster is there: end that cluster with down.sh first, or set BULKHEAD_CLUSTER" >&2; exit 2; fi
umask 077
mkdir -p "$cluster"/{keys,logs,pids}
trap 'code=$?; [ $code = 0 ] || "$here/down.sh"' EXIT

# ---- keys: one authority for servers and clients, one for aggregated API servers, one key pair for service account tokens
cd "$cluster/keys"
new_key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
authority() {
  openssl req -x509 "${new_key[@]}" -days 3650 -subj "/CN=$1" -keyout "$1.key" -out "$1.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2> /dev/null
}
certificate() { # certificate FILE AUTHORITY SUBJECT PURPOSE [NAMES]
  openssl req "${new_key[@]}" -subj "$3" -keyout "$1.key" -out "$1.request" 2> /dev/null
  openssl x509 -req -in "$1.request" -CA "$2.crt" -CAkey "$2.key" -CAcreateserial -days 3650 -out "$1.crt" 2> /dev/null -extfile <(
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=%s\n' "$4"
    [ -z "${5:-}" ] || printf 'subjectAltName=%s\n' "$5")
  rm "$1.request"
}
authority cluster-ca
authority front-proxy-ca
names=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost
for name in kubernetes kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local; do names+=,DNS:$name; done
certificate api cluster-ca /CN=kube-apiserver serverAuth "$names"
certificate front-proxy front-proxy-ca /CN=front-proxy-client clientAuth
certificate admin cluster-ca /O=system:masters/CN=admin clientAuth
certificate controllers cluster-ca /CN=system:kube-controller-manager clientAuth
certificate scheduler cluster-ca /CN=system:kube-scheduler clientAuth
node_flags=()
if [ "$level" = node ]; then
  [ -n "${BULKHEAD_NODE_CGROUP:-}" ] || { echo "up.sh: level node needs the namespaces of $here/inside" >&2; exit 2; }
  certificate node cluster-ca /O=system:nodes/CN=system:node:node-1 clientAuth
  certificate kubelet cluster-ca /O=system:nodes/CN=system:node:node-1 serverAuth IP:10.88.0.11,DNS:node-1
  certificate kubelet-client cluster-ca /O=system:masters/CN=kube-apiserver-kubelet-client clientAuth
  node_flags=(--bind-address=0.0.0.0 --kubelet-preferred-address-types=InternalIP --kubelet-certificate-authority="$cluster/keys/cluster-ca.crt"
    --kubelet-client-certificate="$cluster/keys/kubelet-client.crt" --kubelet-client-key="$cluster/keys/kubelet-client.key")
fi
openssl genrsa -out tokens.key 2048 2> /dev/null
openssl rsa -in tokens.key -pubout -out tokens.pub 2> /dev/null
cd - > /dev/null
kubeconfig() { # kubeconfig NAME
  printf '%s\n' "apiVersion: v1" "kind: Config" "current-context: ${BULKHEAD_CLUSTER_NAME:-test}" \
    "clusters: [{name: ${BULKHEAD_CLUSTER_NAME:-test}, cluster: {server: \"https://127.0.0.1:$api_port\", certificate-authority: $cluster/keys/cluster-ca.crt}}]" \
    "users: [{name: $1, user: {client-certificate: $cluster/keys/$1.crt, client-key: $cluster/keys/$1.key}}]" \
    "contexts: [{name: ${BULKHEAD_CLUSTER_NAME:-test}, context: {cluster: ${BULKHEAD_CLUSTER_NAME:-test}, user: $1}}]" > "$cluster/$1.kubeconfig"
}
for user in admin controllers scheduler; do kubeconfig $user; done
[ "$level" != node ] || kubeconfig node

# ---- programs
start() { # start NAME COMMAND...: in a session of its own, with a pid and a log file
  local name=$1
  shift
  setsid "$@" > "$cluster/logs/$name" 2>&1 < /dev/null &
  echo $! > "$cluster/pids/$name"
}
ready() { # ready NAME SECONDS CURL-ARGUMENTS...: waits until that URL answers 200 while the program lives
  local name=$1 deadline=$((SECONDS + $2))
  shift 2
  until curl --silent --fail --output /dev/null "$@"; do
    if ! kill -0 "$(cat "$cluster/pids/$name")" 2> /dev/null || [ $SECONDS -ge $deadline ]; then
      echo "up.sh: $name did not become ready; the end of its log:" >&2
      tail -n 15 "$cluster/logs/$name" >&2
      exit 1
    fi
    sleep 0.2
  done
}
keys=$cluster/keys
etcd_url=http://127.0.0.1:$etcd_port
start etcd etcd --name "$(basename "$cluster")" --data-dir "$cluster/etcd" --logger zap \
  --listen-client-urls $etcd_url --advertise-client-urls $etcd_url --listen-peer-urls http://127.0.0.1:$etcd_peer_port
ready etcd 30 $etcd_url/health

# No endpoint reconciler: an Endpoints object may not hold a loopback address.
start kube-apiserver "$programs/kube-apiserver" --etcd-servers=$etcd_url \
  --bind-address=127.0.0.1 --secure-port=$api_port --advertise-address=127.0.0.1 --endpoint-reconciler-type=none \
  --service-cluster-ip-range=10.96.0.0/16 --authorization-mode=Node,RBAC --enable-admission-plugins=NodeRestriction --allow-privileged=true \
  --client-ca-file="$keys/cluster-ca.crt" --tls-cert-file="$keys/api.crt" --tls-private-key-file="$keys/api.key" \
  --requestheader-client-ca-file="$keys/front-proxy-ca.crt" --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file="$keys/front-proxy.crt" --proxy-client-key-file="$keys/front-proxy.key" \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file="$keys/tokens.pub" --service-account-signing-key-file="$keys/tokens.key" "${node_flags[@]}" ${BULKHEAD_API_FLAGS:-}
ready kube-apiserver 120 --cacert "$keys/cluster-ca.crt" --cert "$keys/admin.crt" --key "$keys/admin.key" https://127.0.0.1:$api_port/readyz

if [ "$level" != api ]; then
  # A grace period of a day: made-up nodes send no heartbeats and must stay Ready.
  start kube-controller-manager "$programs/kube-controller-manager" --kubeconfig="$cluster/controllers.kubeconfig" \
    --authentication-kubeconfig="$cluster/controllers.kubeconfig" --authorization-kubeconfig="$cluster/controllers.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port=$controller_port --leader-elect=false --use-service-account-credentials=true \
    --service-account-private-key-file="$keys/tokens.key" --root-ca-file="$keys/cluster-ca.crt" \
    --cluster-signing-cert-file="$keys/cluster-ca.crt" --cluster-signing-key-file="$keys/cluster-ca.key" \
    --service-cluster-ip-range=10.96.0.0/16 --node-monitor-grace-period=24h
  start kube-scheduler "$programs/kube-scheduler" --kubeconfig="$cluster/scheduler.kubeconfig" \
    --authentication-kubeconfig="$cluster/scheduler.kubeconfig" --authorization-kubeconfig="$cluster/scheduler.kubeconfig" \
    --bind-address=127.0.0.1 --secure-port=$scheduler_port --leader-elect=false
  # Their serving certificates are their own; only their health is asked for.
  ready kube-controller-manager 60 --insecure https://127.0.0.1:$controller_port/healthz
  ready kube-scheduler 60 --insecure https://127.0.0.1:$scheduler_port/healthz
fi
[ "$level" != node ] || . "$here/node.sh"
ln -s "$programs/kubectl" "$cluster/kubectl"
echo "$cluster/admin.kubeconfig"
