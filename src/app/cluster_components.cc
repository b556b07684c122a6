#include "app/cluster_components.h"

#include <unistd.h>

#include "app/assess.h"
#include "base/file.h"
#include "base/json.h"

namespace bulkhead::app {
namespace {

base::Result<int> run_task(const char* task, const ClusterComponentsRequest& request) {
  AssessOptions options;
  options.cluster = request.cluster;
  options.database = request.database;
  options.as_of = request.as_of;
  options.quiet = request.cluster.quiet;
  base::JsonWriter words;
  words.begin_object().member("format", request.format).member("as_of", request.as_of).member("strict", request.strict).end_object();
  std::string kept;
  BULKHEAD_TRY(const base::WorkerResult result, run_on_cluster(task, words.take(), options, [&](std::string_view bytes) {
                 if (request.output.empty()) {
                   return base::write_all(STDOUT_FILENO, bytes, "standard output");
                 }
                 kept += bytes;
                 return base::Status();
               }));
  if (!request.output.empty()) {
    BULKHEAD_CHECK(base::write_file_atomic(request.output, kept, 0644));
  }
  return result.exit_code;
}

}  // namespace

base::Result<int> cluster_components(const ClusterComponentsRequest& request) { return run_task("cluster-components", request); }

base::Result<int> cluster_findings(const ClusterComponentsRequest& request) { return run_task("cluster-findings", request); }

}  // namespace bulkhead::app
