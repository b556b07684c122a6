// A recorded snapshot → model::Cluster, streamed: one object's JSON is held at a time.
//
// Format: docs/snapshot-format.md ("bulkhead.snapshot/1"): a tar, plain or compressed by zstd or gzip, with meta.json and
// objects/<group>_<version>_<resource>.jsonl.
// Trusts nothing: an object that cannot be read, a count that differs from meta.json, a list that is missing makes that
// resource `error` in Cluster::reads and a line in Cluster::problems; a tar that is broken or has no meta.json is an Error.
// Limits: archive_entries, archive_bytes, compression_ratio, document_bytes (meta.json); one object holds 16 MiB at most.
// Threads: calls are independent.
#pragma once

#include "base/limits.h"
#include "base/result.h"
#include "model/cluster.h"

namespace bulkhead::kube {

// Reads the whole file from its beginning, whatever its position (several may read one open file at once), or a pipe to its end.
// `where` names it in errors and becomes Cluster::name when
// meta.json has none.
base::Result<model::Cluster> load_snapshot(int fd, const base::Limits& limits = {}, std::string_view where = "snapshot");

}  // namespace bulkhead::kube
