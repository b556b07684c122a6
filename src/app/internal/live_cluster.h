// A live cluster is recorded by this process itself: a worker has no network. What its API server answers is parsed by
// bounded readers (base/json.h); it goes through a worker like any other snapshot before a fact is drawn from it.
#pragma once

#include "app/cluster_source.h"
#include "base/clock.h"
#include "kube/recorder.h"

namespace bulkhead::app {

// Says on stderr which context is read, and what could not be.
base::Result<kube::Recording> record_live_cluster(const ClusterOptions& options, bool redact, base::Moment collected_at,
                                                  const kube::SnapshotWriter::Sink& sink);

// Prints an error as the program does: one line of what, one of what to do. `word` is "error" or "warning".
void say(const char* word, const base::Error& error);

}  // namespace bulkhead::app
