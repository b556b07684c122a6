#!/bin/bash
# down.sh: ends the cluster that up.sh started (each program by its recorded pid) and removes its folder.
set -uo pipefail
. "$(cd "$(dirname "$0")" && pwd)/settings.sh"
[ -d "$cluster/pids" ] || exit 0
for name in kube-scheduler kube-controller-manager kube-apiserver etcd; do
  pid=$(cat "$cluster/pids/$name" 2> /dev/null) || continue
  # A recorded number may have gone to somebody else since: only a program that names this folder, or etcd's, is ended.
  grep -qa -- "$cluster" "/proc/$pid/cmdline" 2> /dev/null || continue
  kill "$pid" 2> /dev/null
  for _ in $(seq 50); do kill -0 "$pid" 2> /dev/null || break; sleep 0.1; done
  kill -KILL "$pid" 2> /dev/null
done
rm -rf "$cluster"
