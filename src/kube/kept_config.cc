#include "kube/kept_config.h"

#include <algorithm>
#include <functional>
#include <set>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "kube/internal/data_file.h"

namespace bulkhead::kube {
namespace {

using base::JsonKind;
using base::JsonView;

constexpr size_t kTextBytes = 256;
constexpr uint64_t kDocumentBytes = 1ULL << 20;  // a ConfigMap holds 1 MiB at most

using Path = std::vector<std::string>;

struct Row {
  std::string ns, name, key;
  bool yaml = false;
  std::vector<Path> keep;
};
struct Table {
  std::vector<Row> rows;
  std::vector<std::string> flags;
};

base::Result<Table> load() {
  Table table;
  BULKHEAD_TRY(const base::JsonDocument document, data_file("kubernetes/kept_config.yaml"));
  for (const JsonView& item : document.root().get("rows").items()) {
    Row row{item.get("namespace").text(), item.get("name").text(), item.get("key").text(), item.get("format").text() == "yaml", {}};
    for (const std::string& path : item.get("keep").texts()) {
      Path& parts = row.keep.emplace_back();
      for (const std::string_view part : base::split(path, '.')) {
        parts.emplace_back(part);
      }
    }
    if (row.ns.empty() || row.name.empty() || row.key.empty() || row.yaml == row.keep.empty()) {
      return base::fail(base::ErrorKind::input, "a row lacks namespace, name, key or what to keep", "kubernetes/kept_config.yaml", row.name);
    }
    table.rows.push_back(std::move(row));
  }
  table.flags = document.root().get("flags").texts();
  return table;
}

const Table& table() {
  static const Table kTable = [] {
    auto loaded = load();
    return loaded ? std::move(*loaded) : Table{};
  }();
  return kTable;
}

bool scalar(JsonView value) {
  return value.kind() == JsonKind::string || value.kind() == JsonKind::number || value.kind() == JsonKind::boolean;
}

bool kept_flag(std::string_view name) { return std::ranges::find(table().flags, name) != table().flags.end(); }

// Of a component's flags, a mapping or (kubeadm v1beta4) a list of {name, value}, those that may stay.
void write_flags(base::JsonWriter& w, JsonView flags) {
  w.begin_object();
  std::set<std::string, std::less<>> written;  // a list may name a flag twice; the first stays
  const auto put = [&](std::string_view name, JsonView value) {
    if (kept_flag(name) && scalar(value) && written.emplace(name).second) {
      w.key(name).raw(value.dump());
    }
  };
  flags.each(put);
  for (const JsonView& one : flags.items()) {
    put(one.get("name").text(), one.get("value"));
  }
  w.end_object();
}

// A kept member: a scalar, or a list or mapping of scalars.
void write_member(base::JsonWriter& w, JsonView value) {
  if (value.kind() == JsonKind::object) {
    w.begin_object();
    value.each([&](std::string_view key, JsonView one) {
      if (scalar(one)) {
        w.key(key).raw(one.dump());
      }
    });
    w.end_object();
  } else if (value.kind() == JsonKind::array) {
    w.begin_array();
    for (const JsonView& one : value.items()) {
      if (scalar(one)) {
        w.raw(one.dump());
      }
    }
    w.end_array();
  } else {
    w.raw(value.dump());
  }
}

void write_kept(base::JsonWriter& w, JsonView object, const std::vector<Path>& keep, size_t depth) {
  w.begin_object();
  object.each([&](std::string_view key, JsonView value) {
    std::vector<Path> below;
    bool here = false;
    for (const Path& path : keep) {
      if (path[depth] == key) {
        here = here || path.size() == depth + 1;
        if (path.size() > depth + 1) {
          below.push_back(path);
        }
      }
    }
    if (here) {
      w.key(key);
      key == "extraArgs" ? write_flags(w, value) : write_member(w, value);
    } else if (!below.empty() && value.kind() == JsonKind::object) {
      w.key(key);
      write_kept(w, value, below, depth + 1);
    }
  });
  w.end_object();
}

}  // namespace

bool wants_config_map(std::string_view ns, std::string_view name) {
  return std::ranges::any_of(table().rows, [&](const Row& row) { return base::glob_match(row.ns, ns) && base::glob_match(row.name, name); });
}

std::optional<std::string> kept_config(std::string_view ns, std::string_view name, std::string_view key, std::string_view value) {
  for (const Row& row : table().rows) {
    if (row.key != key || !base::glob_match(row.ns, ns) || !base::glob_match(row.name, name)) {
      continue;
    }
    if (!row.yaml) {
      return value.size() <= kTextBytes ? std::optional<std::string>(value) : std::nullopt;
    }
    base::Limits limits;
    limits.document_bytes = kDocumentBytes;
    const auto documents = base::parse_yaml(value, limits, name);
    if (!documents || documents->empty() || documents->front().root().kind() != JsonKind::object) {
      return std::nullopt;
    }
    base::JsonWriter w;
    write_kept(w, documents->front().root(), row.keep, 0);
    return w.take();
  }
  return std::nullopt;
}

base::Status check_kept_config() {
  BULKHEAD_TRY(const Table loaded, load());
  return loaded.rows.empty() || loaded.flags.empty() ? base::Status(base::fail(base::ErrorKind::input, "kubernetes/kept_config.yaml is empty"))
                                                     : base::Status();
}

}  // namespace bulkhead::kube
