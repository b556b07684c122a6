# Sourced by up.sh, down.sh and kubectl: where a test cluster lives and which ports it takes. Two clusters can run side by side when
# their BULKHEAD_CLUSTER folders and BULKHEAD_CLUSTER_PORT bases differ.
cluster=${BULKHEAD_CLUSTER:-${TMPDIR:-/tmp}/bulkhead-cluster-$(id -u)}
base_port=${BULKHEAD_CLUSTER_PORT:-23700}
api_port=$base_port
etcd_port=$((base_port + 1))
etcd_peer_port=$((base_port + 2))
controller_port=$((base_port + 3))
scheduler_port=$((base_port + 4))
