#!/bin/sh
# Time and peak memory from a snapshot of N pods to a plan: bench/cluster_cost.sh BULKHEAD [N…] [-- further arguments of `bulkhead plan`]
#
# The clusters are made by generate_cluster.py (seed 1) and kept in ${TMPDIR:-/tmp}. Worker processes are counted: the memory is the
# largest resident set of any process of the run. Targets on 2 cores: 1,000 pods 2 s and 0.5 GiB, 10,000 pods 15 s and 2 GiB.
# Needs Debian's `time` and `zstd`.
set -eu
program=$1
shift
sizes=""
while [ $# -gt 0 ] && [ "$1" != "--" ]; do
  sizes="$sizes $1"
  shift
done
[ $# -gt 0 ] && shift
here=$(dirname "$0")
folder=${TMPDIR:-/tmp}
failed=0
for pods in ${sizes:-1000 10000}; do
  snapshot="$folder/bulkhead-cluster-$pods.tar.zst"
  [ -e "$snapshot" ] || python3 "$here/generate_cluster.py" --pods "$pods" -o "$snapshot"
  case $pods in
    1000) seconds=2 kilobytes=524288 ;;
    10000) seconds=15 kilobytes=2097152 ;;
    *) seconds=0 kilobytes=0 ;;
  esac
  if ! /usr/bin/time -o "$folder/bulkhead-cost" -f "%e %U %S %M" "$program" plan --snapshot "$snapshot" "$@" > "$folder/bulkhead-plan.txt"; then
    echo "$pods pods: the command failed"
    failed=1
    continue
  fi
  read -r wall user system memory < "$folder/bulkhead-cost"
  echo "$pods pods: $wall s (CPU $user + $system s), $((memory / 1024)) MiB"
  if [ $seconds -gt 0 ] && { [ "${wall%.*}" -ge $seconds ] || [ "$memory" -gt $kilobytes ]; }; then
    echo "  over the target of $seconds s, $((kilobytes / 1024)) MiB"
    failed=1
  fi
done
exit $failed
