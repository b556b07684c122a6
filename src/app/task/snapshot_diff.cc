// What changed between two clusters, in words or as JSON.
#include "access/cluster_diff.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

std::string as_json(const access::ClusterDiff& diff) {
  base::JsonWriter json(true);
  json.begin_object().member("schema", "bulkhead.snapshot_diff/1").key("changes").begin_array();
  for (const access::ClusterChange& c : diff.changes) {
    json.begin_object()
        .member("area", access::name(c.area))
        .member("direction", access::name(c.direction))
        .member("object", c.object)
        .member("text", c.text)
        .end_object();
  }
  json.end_array().member("not_compared", diff.not_compared).end_object();
  return json.take() + "\n";
}

std::string as_text(const access::ClusterDiff& diff) {
  std::string text;
  std::string area;
  for (const access::ClusterChange& c : diff.changes) {
    if (area != access::name(c.area)) {
      area = access::name(c.area);
      static const std::pair<const char*, const char*> kTitles[] = {{"version", "Versions"}, {"workload", "Workloads"},
                                                                    {"setting", "Settings"}, {"right", "Rights"},
                                                                    {"entrance", "Ways in"}, {"reach", "Reach"}};
      for (const auto& [name, title] : kTitles) {
        if (area == name) text += (text.empty() ? "" : "\n") + std::string(title) + "\n";
      }
    }
    const char* mark = c.direction == access::ClusterChange::Direction::opens    ? "+ "
                       : c.direction == access::ClusterChange::Direction::closes ? "- "
                                                                                 : "  ";
    text += std::string("  ") + mark + base::escape_terminal(c.object) + ": " + base::escape_terminal(c.text) + "\n";
  }
  return text.empty() ? "no change\n" : text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  BULKHEAD_TRY(const model::Cluster before, load_cluster_input(context, "a-"));
  BULKHEAD_TRY(const model::Cluster after, load_cluster_input(context, "b-"));
  const access::ClusterDiff diff = access::diff_clusters(before, after);
  BULKHEAD_CHECK(context.output(request.root().get("format").text() == "json" ? as_json(diff) : as_text(diff)));
  for (const std::string& line : diff.not_compared) context.progress(note_json("not compared: " + line));
  return !diff.not_compared.empty() && request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask snapshot_diff{.name = "snapshot-diff", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
