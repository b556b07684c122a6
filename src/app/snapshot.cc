#include "app/snapshot.h"

#include <cstdio>

#include "app/internal/live_cluster.h"
#include "app/version.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

// What was read, in the last lines of stderr; the number of lists that were not.
size_t summarize(const kube::Recording& recording, const SnapshotRequest& request) {
  size_t read = 0, forbidden = 0, absent = 0, error = 0;
  for (const model::ResourceRead& one : recording.meta.reads) {
    size_t& count = one.state == model::ReadState::read        ? read
                    : one.state == model::ReadState::forbidden ? forbidden
                    : one.state == model::ReadState::absent    ? absent
                                                               : error;
    ++count;
  }
  if (!request.source.quiet) {
    std::string rest;
    const auto add = [&](size_t count, const char* word) { rest += count == 0 ? "" : ", " + std::to_string(count) + " " + word; };
    add(forbidden, "forbidden");
    add(absent, "absent");
    add(error, "not readable");
    std::fprintf(stderr, "Read %s objects of %zu kinds%s%s → %s\n", base::with_thousands(recording.objects).c_str(), read, rest.c_str(),
                 recording.meta.torn ? "; some lists changed while they were read" : "", base::escape_terminal(request.output).c_str());
  }
  return forbidden + error;
}

base::Result<int> snapshot_of_manifests(const SnapshotRequest& request, base::AtomicFile file) {
  BULKHEAD_TRY(const ClusterInput input, open_cluster(request.source));
  base::JsonWriter w;
  w.begin_object().member("name", request.source.from_manifests).member("collected_at", base::format_moment(request.as_of));
  w.member("collector", std::string("bulkhead ") + version()).member("redact", request.redact).end_object();
  base::WorkerRequest work;
  work.task = "manifest-snapshot";
  work.request = w.take();
  work.inputs = {input.worker_input()};
  work.on_output = [&](std::string_view bytes) { return file.write(bytes); };
  auto result = base::run_worker(work);
  if (!result) {
    return std::unexpected(std::move(result).error().in(input.label));
  }
  BULKHEAD_CHECK(file.commit());
  return result->exit_code;
}

}  // namespace

base::Result<int> write_snapshot(const SnapshotRequest& request) {
  if (!request.source.snapshot.empty()) {
    return base::fail(base::ErrorKind::usage, "a snapshot is made of a live cluster or of manifests, not of a snapshot");
  }
  BULKHEAD_TRY(base::AtomicFile file, base::AtomicFile::create(request.output));
  if (!request.source.from_manifests.empty()) {
    return snapshot_of_manifests(request, std::move(file));
  }
  BULKHEAD_TRY(const kube::Recording recording, record_live_cluster(request.source, request.redact, request.as_of,
                                                                    [&](std::string_view bytes) { return file.write(bytes); }));
  BULKHEAD_CHECK(file.commit());
  return summarize(recording, request) > 0 && request.strict ? 4 : 0;
}

}  // namespace bulkhead::app
