// Writes the snapshot format (docs/snapshot-format.md, "bulkhead.snapshot/1"): a POSIX ustar compressed by zstd.
//
// The same calls give the same bytes: entries carry no owner and the time 0, meta.json comes last, so that a snapshot which
// was cut off has none and is refused.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/cluster.h"

namespace bulkhead::kube {

struct SnapshotMeta {
  std::string name;            // context or folder, for people
  std::string source;          // "api" | "manifests"
  std::string server_version;  // "v1.33.13"; empty unknown
  std::string platform;        // "linux/amd64"
  std::string collected_at;    // RFC 3339
  std::string collector;       // "bulkhead 0.1.0"
  bool redacted = false;
  bool torn = false;
  std::vector<model::ResourceRead> reads;
  std::vector<std::string> problems;
};
std::string to_json(const SnapshotMeta& meta);

class SnapshotWriter {
 public:
  using Sink = std::function<base::Status(std::string_view)>;
  explicit SnapshotWriter(Sink sink);
  ~SnapshotWriter();
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  base::Status add_file(std::string_view path, std::string_view bytes);
  // Writes meta.json and the end of archive.
  base::Status finish(const SnapshotMeta& meta);

 private:
  base::Status put(std::string_view bytes, bool last = false);
  Sink sink_;
  void* stream_ = nullptr;  // ZSTD_CCtx
  std::string buffer_;
};

}  // namespace bulkhead::kube
