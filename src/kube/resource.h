// The kinds of API object that Bulkhead lists, and how far it reads each.
//
// Source: Kubernetes API reference v1.36 and its older versions (group, version and plural name of each resource).
// Adding one: a line in resource.cc, sorted as it is listed; a reader in internal/ if its content is needed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bulkhead::kube {

enum class ReadDepth : uint8_t {
  whole,     // objects as the API gives them
  names,     // metadata only (PartialObjectMetadataList): the contents are never asked for
  on_flag,   // metadata only, and only when the user says so (Secrets)
  if_there,  // kinds of add-ons, as the API gives them; a cluster that lacks them is complete
};
// Are the objects' contents read, not only their metadata?
constexpr bool has_contents(ReadDepth depth) { return depth == ReadDepth::whole || depth == ReadDepth::if_there; }

struct Resource {
  const char* group;  // "" core
  const char* version;
  const char* resource;  // plural: "pods"
  const char* kind;      // "Pod"
  bool namespaced;
  ReadDepth depth;
};

// Every resource, in the order in which they are listed.
std::span<const Resource> resources();
// nullptr where the pair is not in the table.
const Resource* find_resource(std::string_view group, std::string_view resource);
// By what a manifest says; the version is not looked at. nullptr where it is not in the table.
const Resource* find_kind(std::string_view group, std::string_view kind);

// "pods", "deployments.apps"
std::string resource_name(const Resource& resource);
// "objects/core_v1_pods.jsonl", "objects/apps_v1_deployments.jsonl"
std::string resource_file(const Resource& resource);

}  // namespace bulkhead::kube
