#include "app/steps.h"

#include <sys/stat.h>

#include <cerrno>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "graph/build.h"
#include "graph/catalogue.h"

namespace bulkhead::app {

base::Result<model::AttackGraph> graph_of_cluster(const model::Cluster& cluster, int64_t as_of) {
  const access::Rbac rbac(cluster);
  const access::Network network(cluster);
  return graph::build({.cluster = cluster, .rbac = rbac, .network = network, .images = {}, .nodes = {}, .control_plane = {}, .as_of = as_of});
}

base::Result<int> steps(const StepsRequest& request) {
  base::Moment as_of = base::now();
  if (!request.as_of.empty()) {
    const auto moment = base::parse_moment(request.as_of);
    if (!moment) return base::fail(base::ErrorKind::usage, "--as-of is no date", request.as_of);
    as_of = *moment;
  }
  BULKHEAD_TRY(const ClusterInput input, open_cluster(request.cluster));
  base::JsonWriter words;
  words.begin_object().member("format", request.format).member("state", request.state).member("row", request.row).member("as_of", as_of).end_object();
  base::WorkerRequest work;
  work.task = "steps";
  work.request = words.take();
  work.inputs = {input.worker_input()};
  work.on_output = [](std::string_view bytes) { return base::write_all(1, bytes, "standard output"); };
  auto result = base::run_worker(work);
  if (!result) return std::unexpected(std::move(result).error().in(input.label));
  return result->exit_code;
}

base::Result<int> write_step_pages(const std::string& folder) {
  BULKHEAD_TRY(const graph::Catalogue catalogue, graph::Catalogue::load());
  if (mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) return base::fail_errno(errno, "cannot make the folder", folder);
  for (const graph::StepRow& row : catalogue.rows()) {
    BULKHEAD_CHECK(base::write_file_atomic(folder + "/" + base::lower_ascii(row.id) + ".md", graph::step_page(row), 0644));
  }
  BULKHEAD_CHECK(base::write_file_atomic(folder + "/README.md", graph::catalogue_page(catalogue), 0644));
  BULKHEAD_CHECK(base::write_all(1, std::to_string(catalogue.rows().size()) + " pages in " + folder + "\n", "standard output"));
  return 0;
}

}  // namespace bulkhead::app
