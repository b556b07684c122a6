// One manifest file: read, completed, expanded into pods and read as facts.
#include <cstdint>
#include <string_view>

#include "kube/cluster_builder.h"
#include "kube/manifests.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bulkhead::base::Limits limits;
  limits.document_bytes = 1 << 20;
  bulkhead::kube::ManifestReader reader(limits);
  reader.add_file("fuzz.yaml", std::string_view(reinterpret_cast<const char*>(data), size));
  const auto set = reader.finish();
  bulkhead::kube::ClusterBuilder builder;
  for (const auto& object : set.objects) {
    if (const auto document = bulkhead::base::JsonDocument::parse(object.json, limits)) {
      builder.add(*object.resource, document->root(), object.where);
    }
  }
  (void)builder.finish();
  return 0;
}
