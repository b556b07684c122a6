// An API object as it may be kept in a snapshot.
//
// Always taken out: metadata.managedFields; the annotation kubectl.kubernetes.io/last-applied-configuration (it repeats the
// object as somebody wrote it, a Secret's contents included); data, stringData and binaryData of Secrets and ConfigMaps, but for
// the few keys of kube/kept_config.h; caBundle and the URLs of webhooks; parameters of StorageClasses.
// With `redact` also the values of plain environment variables and of all annotations but those that Bulkhead reads.
// Nothing else is touched; members stay in the server's order. A pure function.
#pragma once

#include <string>

#include "base/json.h"
#include "kube/resource.h"

namespace bulkhead::kube {

// One line of minified JSON. `apiVersion` and `kind`, which list items lack, are put in front from `resource`. `whole`: the
// object's contents were asked for; then a ConfigMap of kube/kept_config.h without any kept key gets empty `data`, which tells
// it from one known by its name only.
std::string clean_object(const Resource& resource, base::JsonView object, bool redact, bool whole = false);

}  // namespace bulkhead::kube
