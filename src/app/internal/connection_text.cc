#include "app/internal/connection_text.h"

#include <algorithm>
#include <vector>

#include "app/cluster_query.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::app {
namespace {

constexpr size_t kBlock = 1 << 20;

// Collects text and gives it away in blocks.
class Blocks {
 public:
  explicit Blocks(const TextSink& sink) : sink_(sink) { text_.reserve(kBlock + 4096); }
  base::Status full() {
    if (text_.size() < kBlock) return {};
    return flush();
  }
  base::Status flush() {
    if (text_.empty()) return {};
    const base::Status status = sink_(text_);
    text_.clear();
    return status;
  }
  std::string& text() { return text_; }

 private:
  const TextSink& sink_;
  std::string text_;
};

base::Status write_json(const access::ConnectionList& list, Blocks& out) {
  base::JsonWriter head;
  head.begin_object().member("schema", "bulkhead.net_connections/1").member("policies_read", list.policies_read);
  head.member("enforced", model::name(list.enforced)).member("enforced_by", list.enforced_by).key("enforcement").begin_array();
  for (const access::Network::Enforced& one : list.enforcement) {
    head.begin_object().member("policies", one.policies).member("enforced", model::name(one.verdict)).member("by", one.by).end_object();
  }
  head.end_array().member("blocked_backends", list.blocked_backends).end_object();
  std::string text = head.take();
  text.pop_back();
  out.text() += text + ",\n\"connections\": [";
  std::vector<std::string> peers, conns;
  for (const std::string& peer : list.peers) peers.push_back(base::json_quote(peer));
  for (const access::Connections& conn : list.connections) conns.push_back(base::json_quote(conn.text()));
  bool first = true;
  for (const access::ConnectionRow& row : list.rows) {
    out.text().append(first ? "\n" : ",\n").append("{\"src\": ").append(peers[row.from]).append(", \"dst\": ").append(peers[row.to]);
    out.text().append(", \"conn\": ").append(conns[row.connections]).append(row.undecided ? ", \"undecided\": true}" : "}");
    first = false;
    BULKHEAD_CHECK(out.full());
  }
  out.text() += "\n]}\n";
  return out.flush();
}

base::Status write_lines(const access::ConnectionList& list, bool csv, Blocks& out) {
  std::vector<std::string> sources, targets, conns;
  for (const std::string& peer : list.peers) {
    const std::string safe = base::escape_terminal(peer);
    sources.push_back(csv ? csv_field(safe) + "," : safe + " => ");
    targets.push_back(csv ? csv_field(safe) + "," : safe + " : ");
  }
  for (const access::Connections& conn : list.connections) conns.push_back((csv ? csv_field(conn.text()) : conn.text()) + "\n");
  if (csv) out.text() += "src,dst,conn\n";
  for (const access::ConnectionRow& row : list.rows) {
    out.text().append(sources[row.from]).append(targets[row.to]).append(conns[row.connections]);
    BULKHEAD_CHECK(out.full());
  }
  return out.flush();
}

// A quoted string of the DOT language: only the quote needs a backslash; other controls were escaped for the terminal.
std::string dot_quoted(const std::string& text) { return "\"" + base::replace_all(base::escape_terminal(text), "\"", "\\\"") + "\""; }

base::Status write_dot(const access::ConnectionList& list, Blocks& out) {
  std::vector<bool> used(list.peers.size());
  for (const access::ConnectionRow& row : list.rows) used[row.from] = used[row.to] = true;
  out.text() += "digraph {\n";
  const auto node = [&](const std::string& peer, const std::string& label, const char* color) {
    return dot_quoted(peer) + " [label=" + dot_quoted(label) + " color=\"" + color + "\" fontcolor=\"" + color + "\"]\n";
  };
  std::string open, alone;
  size_t number = 0;
  for (size_t i = 0; i < list.peers.size(); ++i) {
    const std::string& peer = list.peers[i];
    const size_t slash = peer.find('/');
    const bool workload = peer.ends_with(']') && slash != std::string::npos;
    if (!workload) {
      if (used[i]) alone += "\t" + node(peer, peer, peer.starts_with('{') ? "blue" : "red2");
      continue;
    }
    const std::string ns = peer.substr(0, slash);
    if (ns != open || number == 0) {
      if (number != 0) out.text() += "\t\tlabel=" + dot_quoted(open) + "\n\t}\n";
      out.text() += "\tsubgraph " + dot_quoted("cluster_" + ns) + " {\n";
      open = ns;
      ++number;
    }
    out.text() += "\t\t" + node(peer, peer.substr(slash + 1), "blue");
    BULKHEAD_CHECK(out.full());
  }
  if (number != 0) out.text() += "\t\tlabel=" + dot_quoted(open) + "\n\t}\n";
  out.text() += alone;
  for (const access::ConnectionRow& row : list.rows) {
    out.text() += "\t" + dot_quoted(list.from(row)) + " -> " + dot_quoted(list.to(row)) +
                  " [label=" + dot_quoted(list.connections_of(row).text()) + " color=\"gold2\" fontcolor=\"darkgreen\"" +
                  (row.undecided ? " style=\"dashed\"" : "") + "]\n";
    BULKHEAD_CHECK(out.full());
  }
  out.text() += "}\n";
  return out.flush();
}

}  // namespace

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  return "\"" + base::replace_all(text, "\"", "\"\"") + "\"";
}

base::Status write_connections(const access::ConnectionList& list, std::string_view format, const TextSink& sink) {
  Blocks out(sink);
  if (format == "json") return write_json(list, out);
  if (format == "dot") return write_dot(list, out);
  return write_lines(list, format == "csv", out);
}

bool incomplete(const access::ConnectionList& list) { return !list.policies_read || list.undecided > 0; }

void note_connections(const access::ConnectionList& list, base::WorkerContext& context, const std::string& whose) {
  const auto note = [&](const std::string& text) { context.progress(note_json(whose + text)); };
  if (!list.policies_read) {
    note("NetworkPolicies were not read: every connection is shown as allowed, none is certain");
  } else if (list.undecided > 0) {
    note(std::to_string(list.undecided) + " rows hold connections that could not be decided; they are shown as allowed");
  }
  for (const std::string& backend : list.blocked_backends) note(backend + ": no policy admits an Ingress controller that is known");
  constexpr size_t kNamed = 10;
  for (size_t i = 0; i < std::min(kNamed, list.not_understood.size()); ++i)
    note("not understood, so taken as unknown: " + list.not_understood[i]);
  if (list.not_understood.size() > kNamed)
    note(std::to_string(list.not_understood.size() - kNamed) + " further parts of policies are not understood");
  std::vector<std::string> unknown;
  for (const access::Network::Enforced& one : list.enforcement) {
    if (one.verdict == model::Tri::no)
      note((one.by.empty() ? "the network plug-in" : one.by) + " does not enforce " + one.policies + ": they cut nothing");
    if (one.verdict == model::Tri::unknown) unknown.push_back(one.policies);
  }
  if (!unknown.empty()) note("it is not known whether anything enforces these " + base::join(unknown, ", "));
}

}  // namespace bulkhead::app
