#include "app/net.h"

#include "app/cluster_query.h"
#include "base/json.h"

namespace bulkhead::app {

base::Result<int> print_connections(const ClusterOptions& cluster, const std::string& format, bool strict) {
  ClusterQuery query;
  query.task = "net-connections";
  query.request = base::JsonWriter().begin_object().member("format", format).member("strict", strict).end_object().take();
  return run_cluster_query(cluster, std::move(query));
}

}  // namespace bulkhead::app
