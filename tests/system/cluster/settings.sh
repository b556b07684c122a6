# Sourced by up.sh, down.sh, inside and kubectl: where a test cluster lives and which ports it takes. Two clusters can run side by side
# when their BULKHEAD_CLUSTER folders and BULKHEAD_CLUSTER_PORT bases differ.
cluster=${BULKHEAD_CLUSTER:-${TMPDIR:-/tmp}/bulkhead-cluster-$(id -u)}
base_port=${BULKHEAD_CLUSTER_PORT:-23700}
api_port=$base_port
etcd_port=$((base_port + 1))
etcd_peer_port=$((base_port + 2))
controller_port=$((base_port + 3))
scheduler_port=$((base_port + 4))
# What runtime, network plug-ins and kubelet write to at fixed paths: a node has its own of each, mounted over these.
node_folders="/etc/cni/net.d /etc/kubernetes /run/containerd /run/netns /var/lib/cni /var/lib/containerd /var/lib/kubelet /var/log/containers /var/log/pods"
