# Sourced by up.sh at level node, inside the namespaces that `inside` made: containerd and a kubelet, node-1 at 10.88.0.11.
# BULKHEAD_IMAGES: archives to import, one of which must be registry.local/box:1, which pods and their sandboxes are made of.
umask 022
for folder in $node_folders; do
  mkdir -p "$cluster/node$folder"
  mount --bind "$cluster/node$folder" "$folder"
done
cat > /etc/kubernetes/containerd.toml <<'TOML'
version = 2
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs"]
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.local/box:1"
  restrict_oom_score_adj = true # without the right CAP_SYS_RESOURCE no sandbox could start
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
TOML
# No way out and no policies: a bridge.
cat > /etc/cni/net.d/10-bridge.conflist <<'JSON'
{"cniVersion": "0.4.0", "name": "bridge", "plugins": [{"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true,
 "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.244.1.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON
cat > /etc/kubernetes/kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$BULKHEAD_NODE_CGROUP
failCgroupV1: false
enforceNodeAllocatable: []
failSwapOn: false
localStorageCapacityIsolation: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 1Mi, nodefs.available: 1Mi, imagefs.available: 1Mi}
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $keys/cluster-ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $keys/kubelet.crt
tlsPrivateKeyFile: $keys/kubelet.key
clusterDomain: cluster.local
resolvConf: /dev/null
volumePluginDir: /etc/kubernetes/volumeplugins
YAML
start containerd containerd --config /etc/kubernetes/containerd.toml
deadline=$((SECONDS + 30))
until ctr version > /dev/null 2>&1; do
  if ! kill -0 "$(cat "$cluster/pids/containerd")" 2> /dev/null || [ $SECONDS -ge $deadline ]; then
    echo "containerd does not run here: $(grep -E 'level=(error|fatal)|^containerd:' "$cluster/logs/containerd" | tail -n 1)"
    exit 77
  fi
  sleep 0.1
done
for archive in ${BULKHEAD_IMAGES:?node.sh: name the archives to import}; do
  ctr --namespace k8s.io images import "$archive" > "$cluster/logs/import" 2>&1 ||
    { echo "containerd takes no image here: $(tail -n 1 "$cluster/logs/import")"; exit 77; }
done
start kubelet "$programs/kubelet" --config=/etc/kubernetes/kubelet.yaml --kubeconfig="$cluster/node.kubeconfig" --hostname-override=node-1 --node-ip=10.88.0.11
deadline=$((SECONDS + 60))
until [ "$("$programs/kubectl" --kubeconfig "$cluster/admin.kubeconfig" get node node-1 -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}' 2> /dev/null)" = True ]; do
  if ! kill -0 "$(cat "$cluster/pids/kubelet")" 2> /dev/null || [ $SECONDS -ge $deadline ]; then
    echo "the kubelet does not run here: $(grep -E '^[EF][0-9]' "$cluster/logs/kubelet" | tail -n 1)"
    exit 77
  fi
  sleep 0.2
done
