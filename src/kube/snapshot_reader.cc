#include "kube/snapshot_reader.h"

#include <algorithm>
#include <set>

#include "base/json.h"
#include "base/text.h"
#include "kube/cluster_builder.h"
#include "kube/internal/tar_reader.h"
#include "kube/resource.h"

namespace bulkhead::kube {
namespace {

using base::ErrorKind;
using base::fail;
using base::JsonDocument;
using base::JsonView;

constexpr uint64_t kObjectBytes = 16ULL << 20;  // etcd itself refuses objects over 1.5 MiB
constexpr std::string_view kSchema = "bulkhead.snapshot/1";

model::ReadState state_of(std::string_view word) {
  for (const auto state : {model::ReadState::read, model::ReadState::forbidden, model::ReadState::absent}) {
    if (word == model::read_state_name(state)) {
      return state;
    }
  }
  return model::ReadState::error;
}

// Splits blocks into lines; a line over the limit is reported once and passed over.
class LineSplitter {
 public:
  explicit LineSplitter(std::function<void(uint64_t number, std::string_view line, bool whole)> fn) : fn_(std::move(fn)) {}

  void feed(std::string_view block) {
    while (!block.empty()) {
      const size_t end = block.find('\n');
      const std::string_view part = block.substr(0, end);
      if (pending_.empty() && !overlong_ && end != std::string_view::npos) {
        give(part);
      } else {
        if (!overlong_) {
          pending_ += part;
        }
        if (pending_.size() > kObjectBytes) {
          overlong_ = true;
          pending_.clear();
        }
        if (end != std::string_view::npos) {
          finish_line();
        }
      }
      if (end == std::string_view::npos) {
        return;
      }
      block.remove_prefix(end + 1);
    }
  }

  void finish() {
    if (!pending_.empty() || overlong_) {
      finish_line();
    }
  }

 private:
  void finish_line() {
    if (overlong_) {
      fn_(++number_, {}, false);
    } else {
      give(pending_);
    }
    overlong_ = false;
    pending_.clear();
  }

  void give(std::string_view line) {
    ++number_;
    line = base::trim(line);
    if (!line.empty()) {
      fn_(number_, line, line.size() <= kObjectBytes);
    }
  }

  std::function<void(uint64_t, std::string_view, bool)> fn_;
  std::string pending_;
  bool overlong_ = false;
  uint64_t number_ = 0;
};

class Loader {
 public:
  Loader(const base::Limits& limits, std::string_view where) : limits_(limits), where_(where) {}

  base::Result<model::Cluster> run(int fd) {
    BULKHEAD_TRY(TarReader tar, TarReader::open(fd, limits_, where_));
    for (;;) {
      BULKHEAD_TRY(const std::string path, tar.next());
      if (path.empty()) {
        break;
      }
      if (!seen_.insert(path).second) {
        return fail(ErrorKind::input, "the same entry twice", where_ + ", entry " + path);
      }
      if (path == "meta.json") {
        BULKHEAD_TRY(const std::string text, tar.read_whole(std::min<uint64_t>(limits_.document_bytes, 64ULL << 20)));
        BULKHEAD_CHECK(take_meta(text));
      } else if (path == "kubelet_configs.jsonl") {
        BULKHEAD_CHECK(lines(
            tar, path,
            [&](JsonView root, const std::string& place) {
              builder_.add_kubelet_config(root.get("node").text(), root.get("config"), place);
            },
            nullptr));
      } else {
        BULKHEAD_CHECK(objects(tar, path));
      }
    }
    if (!seen_.contains("meta.json")) {
      return fail(ErrorKind::input, "no meta.json: not a snapshot made by bulkhead snapshot", where_);
    }
    settle_reads();
    model::Cluster cluster = builder_.finish();
    return cluster;
  }

 private:
  template <typename Take>
  base::Status lines(TarReader& tar, const std::string& path, const Take& take, const Resource* resource) {
    LineSplitter splitter([&](uint64_t number, std::string_view line, bool whole) {
      const std::string place = path + ":" + std::to_string(number);
      auto document = whole ? JsonDocument::parse(line, limits_, place)
                            : base::Result<JsonDocument>(fail(ErrorKind::limit, "over " + base::human_bytes(kObjectBytes), place));
      if (document) {
        take(document->root(), place);
      } else if (resource != nullptr) {
        const base::Error& error = document.error();
        builder_.fault(*resource, place, error.cause.empty() ? error.what : error.what + " (" + error.cause + ")");
      } else {
        builder_.problem(document.error().text());
      }
    });
    BULKHEAD_CHECK(tar.read([&](std::string_view block) -> base::Status {
      splitter.feed(block);
      return {};
    }));
    splitter.finish();
    return {};
  }

  // "objects/<group>_<version>_<resource>.jsonl"; the core group is written "core" or left empty.
  const Resource* resource_of(std::string_view path) {
    if (!path.starts_with("objects/") || !path.ends_with(".jsonl")) {
      return nullptr;
    }
    path.remove_prefix(8);
    path.remove_suffix(6);
    const std::vector<std::string_view> parts = base::split(path, '_');
    return parts.size() != 3 ? nullptr : find_resource(parts[0] == "core" ? "" : parts[0], parts[2]);
  }

  base::Status objects(TarReader& tar, const std::string& path) {
    const Resource* const resource = resource_of(path);
    if (resource == nullptr) {
      uint64_t count = 0;
      BULKHEAD_CHECK(tar.read([&](std::string_view block) -> base::Status {
        count += static_cast<uint64_t>(std::count(block.begin(), block.end(), '\n'));
        return {};
      }));
      builder_.problem("entry " + path + " is of a kind that is not understood (" + std::to_string(count) + " lines)");
      return {};
    }
    if (!with_objects_.insert(resource).second) {
      builder_.fault(*resource, path, "a second list of the same resource");
    }
    return lines(tar, path, [&](JsonView root, const std::string& place) { builder_.add(*resource, root, place); }, resource);
  }

  base::Status take_meta(const std::string& text) {
    BULKHEAD_TRY(const JsonDocument document, JsonDocument::parse(text, limits_, where_ + ", entry meta.json"));
    const JsonView root = document.root();
    const std::string schema = root.get("schema").text();
    if (schema != kSchema) {
      return fail(ErrorKind::input, "a snapshot of schema \"" + schema + "\"; this program reads " + std::string(kSchema),
                  where_ + ", entry meta.json");
    }
    model::Cluster& cluster = builder_.cluster();
    cluster.name = root.get("name").text();
    cluster.server_version = root.get("server_version").text();
    cluster.platform = root.get("platform").text();
    cluster.collected_at = root.get("collected_at").text();
    cluster.torn = root.get("torn").flag();
    cluster.from_manifests = root.get("source").text() == "manifests";
    for (const JsonView& one : root.get("resources").items()) {
      model::ResourceRead read;
      read.group = one.get("group").text();
      read.version = one.get("version").text();
      read.resource = one.get("resource").text();
      read.state = state_of(one.get("state").text());
      read.count = static_cast<uint64_t>(std::max<int64_t>(one.get("count").integer().value_or(0), 0));
      read.resource_version = one.get("resource_version").text();
      read.message = one.get("message").text();
      cluster.reads.push_back(std::move(read));
    }
    for (const std::string& line : root.get("problems").texts()) {
      builder_.problem(line);
    }
    return {};
  }

  // What meta.json claims against what was there.
  void settle_reads() {
    std::vector<model::ResourceRead>& reads = builder_.cluster().reads;
    std::set<std::pair<std::string, std::string>> named;
    for (model::ResourceRead& read : reads) {
      const std::string name = read.resource + (read.group.empty() ? "" : "." + read.group);
      if (!named.insert({read.group, read.resource}).second) {
        read.state = model::ReadState::error;
        builder_.problem(name + ": named twice in meta.json");
      }
      const Resource* const resource = find_resource(read.group, read.resource);
      if (resource == nullptr || read.state != model::ReadState::read) {
        continue;
      }
      const uint64_t taken = builder_.count(*resource);
      const uint64_t faults = builder_.faults(*resource);
      if (faults > 0) {
        read.state = model::ReadState::error;
        read.message = std::to_string(faults) + " objects could not be read";
      } else if (taken != read.count) {
        read.state = model::ReadState::error;
        read.message = "meta.json counts " + std::to_string(read.count) + " objects, the snapshot holds " + std::to_string(taken);
        builder_.problem(name + ": " + read.message);
      }
    }
    for (const Resource* const resource : with_objects_) {
      if (!named.contains({resource->group, resource->resource})) {
        builder_.problem(resource_name(*resource) + ": objects without a line in meta.json");
      }
    }
    std::sort(reads.begin(), reads.end(), [](const model::ResourceRead& a, const model::ResourceRead& b) {
      return std::tie(a.group, a.resource, a.version) < std::tie(b.group, b.resource, b.version);
    });
    if (builder_.cluster().name.empty()) {
      builder_.cluster().name = where_;
    }
  }

  base::Limits limits_;
  std::string where_;
  ClusterBuilder builder_;
  std::set<std::string> seen_;
  std::set<const Resource*> with_objects_;
};

}  // namespace

base::Result<model::Cluster> load_snapshot(int fd, const base::Limits& limits, std::string_view where) {
  return Loader(limits, where).run(fd);
}

}  // namespace bulkhead::kube
