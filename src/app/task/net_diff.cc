// What a change opens or closes: the connections of two clusters beside each other.
#include "access/connection_diff.h"
#include "app/cluster_source.h"
#include "app/internal/connection_text.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

using access::ConnectionChange;

const char* kind_name(ConnectionChange::Kind kind) {
  return kind == ConnectionChange::Kind::added ? "added" : kind == ConnectionChange::Kind::removed ? "removed" : "changed";
}

std::string as_json(const std::vector<ConnectionChange>& changes) {
  base::JsonWriter json(true);
  json.begin_object().member("schema", "bulkhead.net_diff/1").key("changes").begin_array();
  for (const ConnectionChange& c : changes) {
    json.begin_object()
        .member("kind", kind_name(c.kind))
        .member("src", c.from)
        .member("dst", c.to)
        .member("before", c.before.text())
        .member("after", c.after.text());
    json.member("opened", c.opened().empty() ? "" : c.opened().text()).member("closed", c.closed().empty() ? "" : c.closed().text());
    if (!c.workloads.empty()) json.member("workloads", c.workloads);
    if (c.undecided) json.member("undecided", true);
    json.end_object();
  }
  json.end_array().end_object();
  return json.take() + "\n";
}

std::string as_lines(const std::vector<ConnectionChange>& changes, bool csv) {
  std::string text = csv ? "diff-type,source,destination,dir1,dir2,workloads-diff-info\n" : changes.empty() ? "" : "Connectivity diff:\n";
  for (const ConnectionChange& c : changes) {
    const std::string from = base::escape_terminal(c.from), to = base::escape_terminal(c.to),
                      workloads = base::escape_terminal(c.workloads);
    if (csv) {
      text += std::string(kind_name(c.kind)) + "," + csv_field(from) + "," + csv_field(to) + "," + csv_field(c.before.text()) + "," +
              csv_field(c.after.text()) + "," + csv_field(workloads) + "\n";
    } else {
      text += std::string("diff-type: ") + kind_name(c.kind) + ", source: " + from + ", destination: " + to + ", dir1: " + c.before.text() +
              ", dir2: " + c.after.text() + (workloads.empty() ? "" : ", workloads-diff-info: " + workloads) + "\n";
    }
  }
  return text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  access::ConnectionList lists[2];
  for (const size_t side : {size_t{0}, size_t{1}}) {
    BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context, side == 0 ? "a-" : "b-"));
    lists[side] = access::list_connections(cluster);
    note_connections(lists[side], context, side == 0 ? "A: " : "B: ");
  }
  const std::vector<ConnectionChange> changes = access::diff_connections(lists[0], lists[1]);
  const std::string format = request.root().get("format").text();
  BULKHEAD_CHECK(context.output(format == "json" ? as_json(changes) : as_lines(changes, format == "csv")));
  return (incomplete(lists[0]) || incomplete(lists[1])) && request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask net_diff{.name = "net-diff", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
