// A live cluster → a snapshot: every resource of resource.h is listed once, cleaned, sorted and written.
//
// Never asks for the contents of Secrets; of ConfigMaps only for those of kube/kept_config.h. Each resource ends as read,
// forbidden, absent or error, with the server's own words. Policies of add-ons (Cilium, Calico, …) are listed only where the server has their API group.
// Errors end the recording: nobody knows us (401), the server does not answer (two lists in a row), the sink's own.
// Memory: the objects of one resource at a time.
#pragma once

#include <functional>
#include <string>

#include "base/clock.h"
#include "kube/api_client.h"
#include "kube/resource.h"
#include "kube/snapshot_writer.h"

namespace bulkhead::kube {

struct RecordOptions {
  std::string name;       // of the cluster: the context's
  std::string collector;  // "bulkhead 0.1.0"
  base::Moment collected_at = 0;
  bool secret_names = false;    // list Secrets' metadata
  bool kubelet_config = false;  // ask every node's kubelet for its configuration
  bool redact = false;
  std::function<void(const Resource&, size_t number, size_t of)> on_list;  // before each list; may be null
  std::function<void(const base::Error&)> on_warning;                      // a list that was not read, with a hint; may be null
};

struct Recording {
  SnapshotMeta meta;
  uint64_t objects = 0;
};

base::Result<Recording> record_cluster(ApiClient& api, const RecordOptions& options, const SnapshotWriter::Sink& sink);

// The command that grants `list` on a resource to whom the server named in a 403 ("kubectl create clusterrole …").
std::string grant_hint(const Resource& resource, std::string_view forbidden_message);

}  // namespace bulkhead::kube
