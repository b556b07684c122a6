#include "app/cluster_query.h"

#include <unistd.h>

#include <cstdio>

#include "base/file.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::app {

std::string note_json(std::string_view text) { return base::JsonWriter().begin_object().member("note", text).end_object().take(); }

base::Result<int> run_query(ClusterQuery query, bool quiet) {
  base::WorkerRequest request;
  request.task = std::move(query.task);
  request.request = std::move(query.request);
  request.inputs = std::move(query.inputs);
  request.limits.time = query.time;
  if (query.collect == nullptr) {
    request.max_output = UINT64_MAX;  // nothing of it is kept
    request.on_output = [](std::string_view bytes) { return base::write_all(STDOUT_FILENO, bytes, "standard output"); };
  }
  request.on_progress = [quiet](std::string_view json) {
    const auto document = base::JsonDocument::parse(json);
    if (quiet || !document) return;
    const std::string note = document->root().get("note").text();
    if (!note.empty()) std::fprintf(stderr, "note: %s\n", base::escape_terminal(note).c_str());
  };
  BULKHEAD_TRY(const base::WorkerResult result, base::run_worker(request));
  if (query.collect != nullptr) *query.collect = result.output;
  return result.exit_code;
}

base::Result<int> run_cluster_query(const ClusterOptions& options, ClusterQuery query) {
  BULKHEAD_TRY(const ClusterInput input, open_cluster(options));
  query.inputs.push_back(input.worker_input());
  auto result = run_query(std::move(query), options.quiet);
  if (!result) return std::unexpected(std::move(result).error().in(input.label));
  return result;
}

}  // namespace bulkhead::app
