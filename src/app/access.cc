#include "app/access.h"

#include <unistd.h>

#include "app/cluster_query.h"
#include "base/file.h"
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

base::Result<int> list_rights(const ClusterOptions& cluster, const RightsQuestion& question) {
  ClusterQuery query;
  query.task = "access-rights";
  base::JsonWriter json;
  json.begin_object().member("subject", question.subject).member("escalation", question.escalation).member("json", question.json);
  query.request = json.member("strict", question.strict).end_object().take();
  return run_cluster_query(cluster, std::move(query));
}

namespace {

ClusterQuery log_query(const LogQuestion& question, bool proposal) {
  ClusterQuery query;
  query.task = "access-audit";
  base::JsonWriter json;
  json.begin_object().member("subject", question.subject).member("proposal", proposal).member("without_names", question.without_names);
  query.request = json.member("json", question.json).member("strict", question.strict).end_object().take();
  return query;
}

base::Result<std::vector<base::UniqueFd>> open_logs(const LogQuestion& question, ClusterQuery& query) {
  std::vector<base::UniqueFd> files;
  for (const std::string& path : question.logs) {
    BULKHEAD_TRY(base::UniqueFd fd, base::open_read(path));
    query.inputs.push_back({"audit-" + std::to_string(files.size()), fd.get()});
    files.push_back(std::move(fd));
  }
  return files;
}

}  // namespace

base::Result<int> compare_with_log(const ClusterOptions& cluster, const LogQuestion& question) {
  ClusterQuery query = log_query(question, false);
  BULKHEAD_TRY(const std::vector<base::UniqueFd> files, open_logs(question, query));
  return run_cluster_query(cluster, std::move(query));
}

base::Result<int> propose_roles(const LogQuestion& question) {
  ClusterQuery query = log_query(question, true);
  BULKHEAD_TRY(const std::vector<base::UniqueFd> files, open_logs(question, query));
  return run_query(std::move(query), false);
}

}  // namespace bulkhead::app
