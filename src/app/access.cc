#include "app/access.h"

#include <unistd.h>

#include "app/cluster_query.h"
#include "base/json.h"

namespace bulkhead::app {

base::Result<int> answer_access(const ClusterOptions& cluster, const AccessQuestion& question) {
  ClusterQuery query;
  query.task = "access-question";
  base::JsonWriter json;
  json.begin_object().member("subject", question.subject).member("verb", question.verb).member("resource", question.resource);
  json.member("namespace", question.ns)
      .member("why", question.why)
      .member("json", question.json)
      .member("strict", question.strict)
      .end_object();
  query.request = json.take();
  return run_cluster_query(cluster, std::move(query));
}

base::Result<int> answer_access_lines(const ClusterOptions& cluster, bool why, bool strict) {
  ClusterQuery query;
  query.task = "access-batch";
  query.request = base::JsonWriter().begin_object().member("why", why).member("strict", strict).end_object().take();
  query.inputs.push_back({"lines", STDIN_FILENO});
  query.time = std::chrono::hours(24);  // as long as somebody asks
  return run_cluster_query(cluster, std::move(query));
}

}  // namespace bulkhead::app
