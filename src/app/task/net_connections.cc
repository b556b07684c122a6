// The allowed connections of a cluster as csv, txt or json.
#include "access/connection_list.h"
#include "app/cluster_query.h"
#include "app/cluster_source.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"

namespace bulkhead::app::task {
namespace {

// RFC 4180; names were escaped already.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return "\"" + base::replace_all(text, "\"", "\"\"") + "\"";
}

std::string as_json(const access::ConnectionList& list) {
  base::JsonWriter json(true);
  json.begin_object().member("schema", "bulkhead.net_connections/1").member("policies_read", list.policies_read);
  json.member("enforced", model::name(list.enforced)).member("enforced_by", list.enforced_by).key("connections").begin_array();
  for (const access::ConnectionRow& row : list.rows) {
    json.begin_object().member("src", row.from).member("dst", row.to).member("conn", row.connections.text());
    if (row.undecided) json.member("undecided", true);
    json.end_object();
  }
  json.end_array().member("blocked_backends", list.blocked_backends).end_object();
  return json.take() + "\n";
}

std::string as_lines(const access::ConnectionList& list, bool csv) {
  std::string text = csv ? "src,dst,conn\n" : "";
  for (const access::ConnectionRow& row : list.rows) {
    const std::string from = base::escape_terminal(row.from), to = base::escape_terminal(row.to);
    text += csv ? csv_field(from) + "," + csv_field(to) + "," + csv_field(row.connections.text())
                : from + " => " + to + " : " + row.connections.text();
    text += "\n";
  }
  return text;
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request()));
  BULKHEAD_TRY(const model::Cluster cluster, load_cluster_input(context));
  const access::ConnectionList list = access::list_connections(cluster);
  const std::string format = request.root().get("format").text();
  BULKHEAD_CHECK(context.output(format == "json" ? as_json(list) : as_lines(list, format == "csv")));
  if (!list.policies_read) {
    context.progress(note_json("NetworkPolicies were not read: every connection is shown as allowed, none is certain"));
  } else if (list.undecided > 0) {
    context.progress(
        note_json(std::to_string(list.undecided) + " rows hold connections that could not be decided; they are shown as allowed"));
  }
  for (const std::string& backend : list.blocked_backends)
    context.progress(note_json(backend + ": no policy admits an Ingress controller that is known"));
  if (!cluster.network_policies.empty() && list.enforced != model::Tri::yes) {
    context.progress(note_json(list.enforced == model::Tri::no
                                   ? list.enforced_by + " does not enforce NetworkPolicies: what is shown as closed is open"
                                   : std::string("it is not known whether anything enforces these NetworkPolicies")));
  }
  const bool incomplete = !list.policies_read || list.undecided > 0;
  return incomplete && request.root().get("strict").flag() ? 4 : 0;
}

}  // namespace

extern constinit const base::WorkerTask net_connections{.name = "net-connections", .prepare = nullptr, .run = run};

}  // namespace bulkhead::app::task
