#!/bin/sh
# Time and peak memory of making the advisory database, its size, and the time of matching an SBOM.
# Usage: bench/database_cost.sh PROGRAM DATABASE FEED… [-- SBOM]      needs GNU time
set -eu
program=$1 database=$2
shift 2
feeds=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  feeds="$feeds $1"
  shift
done
[ $# -gt 0 ] && shift
rm -f "$database"
# The parent and its workers run side by side: the kernel's peak of a control group would count both, GNU time the largest one.
/usr/bin/time -f 'import: %e s, CPU %U + %S s, largest process %M KiB' "$program" db import --quiet $feeds --db "$database" > "$database.report"
ls -l "$database" | awk '{print "database: " $5 " bytes"}'
/usr/bin/time -f 'db lookup of an unknown package (process, open, look-up): %e s' "$program" db lookup pkg:npm/bulkhead-no-such-package --db "$database"
for sbom in "$@"; do
  /usr/bin/time -f "findings of $sbom: %e s, CPU %U + %S s" "$program" findings "$sbom" --format jsonl --db "$database" > "$database.findings" 2> "$database.time" || true
  tail -n 1 "$database.time"
  wc -l < "$database.findings" | awk '{print $1 " findings"}'
done
