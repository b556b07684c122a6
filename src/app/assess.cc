#include "app/assess.h"

#include <unistd.h>
#include <algorithm>
#include <cstdlib>
#include <optional>

#include "app/database.h"
#include "app/decisions.h"
#include "app/image_pack.h"
#include "base/file.h"

namespace bulkhead::app {

std::string usable_database(const std::string& asked) {
  const std::string path = database_path(asked);
  const char* named = std::getenv("BULKHEAD_DB");
  const bool by_name = !asked.empty() || (named != nullptr && *named != '\0');
  return by_name || ::access(path.c_str(), R_OK) == 0 ? path : "";
}

base::Result<base::WorkerResult> run_on_cluster(const std::string& task, const std::string& request, const AssessOptions& options,
                                                std::function<base::Status(std::string_view)> on_output) {
  const std::optional<base::Moment> as_of = options.as_of.empty() ? base::now() : base::parse_moment(options.as_of);
  if (!as_of) {
    return base::fail(base::ErrorKind::usage, "not a date (2026-11-24)", "--as-of " + options.as_of);
  }
  BULKHEAD_TRY(const ClusterInput cluster, open_cluster(options.cluster));
  const std::string database = usable_database(options.database);
  base::WorkerRequest worker;
  worker.task = task;
  worker.request = request;
  worker.limits = options.limits;
  // The facts and the attack graph of a cluster of 150,000 pods take more than an image may.
  constexpr uint64_t kClusterMemory = 8ULL << 30;
  worker.limits.memory_bytes = std::max<uint64_t>(worker.limits.memory_bytes, kClusterMemory);
  worker.inputs = {cluster.worker_input()};
  worker.on_output = std::move(on_output);
  base::UniqueFd images, database_fd;
  BULKHEAD_TRY(match::Decisions decisions, load_decisions(options.decisions, options.vex));
  if (!options.images.empty() || !decisions.empty()) {
    ImagePack pack;
    if (!options.images.empty()) {
      BULKHEAD_TRY(pack, read_images(options.images, database, *as_of, options.quiet, options.limits));
    }
    pack.decisions.insert(pack.decisions.begin(), decisions.all().begin(), decisions.all().end());
    BULKHEAD_TRY(images, base::memory_file(to_json(pack)));
    worker.inputs.push_back({"images", images.get()});
  }
  if (!database.empty()) {
    BULKHEAD_TRY([[maybe_unused]] const advisory::Database checked, open_database(database));  // the worker cannot ask whose it is
    BULKHEAD_TRY(database_fd, base::open_read(database));
    worker.inputs.push_back({"database", database_fd.get()});
  }
  base::Result<base::WorkerResult> result = base::run_worker(worker);
  if (!result) {
    return std::unexpected(std::move(result).error().in(cluster.label));
  }
  return result;
}

}  // namespace bulkhead::app
