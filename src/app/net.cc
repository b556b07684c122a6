#include "app/net.h"

#include <filesystem>
#include <vector>

#include "app/cluster_query.h"
#include "base/file.h"
#include "base/json.h"

namespace bulkhead::app {

base::Result<int> print_connections(const ClusterOptions& cluster, const std::string& format, bool strict) {
  ClusterQuery query;
  query.task = "net-connections";
  query.request = base::JsonWriter().begin_object().member("format", format).member("strict", strict).end_object().take();
  return run_cluster_query(cluster, std::move(query));
}

base::Result<int> draw_connections(const ClusterOptions& options, const std::string& file, bool strict) {
  BULKHEAD_TRY(const ClusterInput input, open_cluster(options));
  ClusterQuery query;
  query.task = "net-graph";
  query.request =
      base::JsonWriter().begin_object().member("title", "Allowed connections: " + input.label).member("strict", strict).end_object().take();
  query.inputs.push_back(input.worker_input());
  std::string picture;
  query.collect = &picture;
  BULKHEAD_TRY(const int code, run_query(std::move(query), options.quiet));
  BULKHEAD_CHECK(base::write_file_atomic(file, picture));
  return code;
}

base::Result<int> diff_clusters(const std::string& task, const std::string& a, const std::string& b, const std::string& format,
                                bool strict) {
  ClusterQuery query;
  query.task = task;
  query.request = base::JsonWriter().begin_object().member("format", format).member("strict", strict).end_object().take();
  std::vector<ClusterInput> inputs;
  for (const std::string* path : {&a, &b}) {
    ClusterOptions options;
    std::error_code ignored;
    const bool manifests =
        std::filesystem::is_directory(*path, ignored) || path->ends_with(".yaml") || path->ends_with(".yml") || path->ends_with(".json");
    (manifests ? options.from_manifests : options.snapshot) = *path;
    BULKHEAD_TRY(ClusterInput input, open_cluster(options));
    input.kind = (path == &a ? "a-" : "b-") + input.kind;
    inputs.push_back(std::move(input));
  }
  for (const ClusterInput& input : inputs) query.inputs.push_back(input.worker_input());
  return run_query(std::move(query), false);
}

}  // namespace bulkhead::app
