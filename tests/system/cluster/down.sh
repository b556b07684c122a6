#!/bin/bash
# down.sh: ends the cluster that up.sh started (each program by its recorded pid), removes its folder, and puts back what `inside` noted.
set -uo pipefail
. "$(cd "$(dirname "$0")" && pwd)/settings.sh"
if [ -f "$cluster.outside" ] && [ -z "${BULKHEAD_NODE_CGROUP:-}" ]; then # the namespaces and all in them are gone
  while read -r kind path value; do
    case $kind in
      setting) [ "$(cat "$path")" = "$value" ] || echo "$value" > "$path" ;;
      group)
        for _ in $(seq 50); do # the kernel lets go of ended processes a moment later
          [ ! -d "$path" ] || find "$path" -depth -type d -exec rmdir {} + 2> /dev/null
          [ -d "$path" ] || break
          sleep 0.1
        done ;;
      folder) [ ! -d "$path" ] || rmdir "$path" ;;
    esac
  done < "$cluster.outside"
  rm -rf "$cluster" "$cluster.outside"
fi
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
