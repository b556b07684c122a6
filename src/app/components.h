// Sources to inventories, and inventories to what `bulkhead components` prints.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::app {

// Reads one source in a worker and gives what it holds. `source`: a docker-archive or OCI archive (plain, gzip, zstd), an OCI
// layout folder, `dir:PATH` (a root file system), or a CycloneDX JSON document; the form of a file is told by its content.
// Errors: usage (no such kind of source), input, limit, io: nothing could be read. Partial success is a result: see
// Inventory::complete and coverage. Safe from several threads.
base::Result<model::Inventory> read_inventory(const std::string& source, const base::Limits& limits = {});

// Whether the image itself was broken (a layer, a manifest: a digest that does not match, data cut short), beyond single files.
bool has_broken_part(const model::Inventory& inventory);

enum class ComponentFormat { jsonl, cyclonedx_json, spdx_json, tsv, table };
std::string format_components(const model::Inventory& inventory, ComponentFormat format);

struct ComponentsRequest {
  std::string source;
  ComponentFormat format = ComponentFormat::jsonl;
  std::string output;  // file, written whole or not at all; empty: standard output
  bool strict = false;
};
// The command. Exit code 0; 3 when a part of the image was broken (what could be read is printed all the same); with `strict`
// 4 when anything was left unread.
base::Result<int> components(const ComponentsRequest& request);

}  // namespace bulkhead::app
