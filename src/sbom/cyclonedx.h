// CycloneDX: 1.6 JSON out; 1.2 to 1.6 as JSON or XML in.
//
// Source: ECMA-424 (CycloneDX 1.6), https://cyclonedx.org/docs/1.6/json/. What the format has no field for stands in properties
// named `bulkhead:…` (list below), so that read(write(x)) gives back every component and the image's configuration. The same
// inventory gives the same bytes: no time stamp; the serial number is made from the content.
//
//   metadata.properties   bulkhead:subject, :reference*, :manifest_digest, :config_digest, :layer_digest*, :layer_command:DIGEST,
//                         :complete, :config:user, :config:exposed_port*, :config:entrypoint*, :config:command*,
//                         :config:label:KEY, :config:created, :config:architecture, :config:working_dir,
//                         :coverage* and :tampering* (JSON)                        (* may occur several times, in order)
//   component.properties  bulkhead:name, :source_name, :source_version, :arch, :distro, :role, :grade, :cataloger, :program, :layer
//
// Documents of others: `upstream`, `distro`, `arch` and `epoch` of deb purls, and the properties in which syft and trivy state
// source packages, paths and layers. A component without a purl is noted as unread: nothing can be looked up by a bare name.
//
// Limits: Limits::document_bytes, depth, components. Errors: no JSON, no CycloneDX. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "model/inventory.h"

namespace bulkhead::sbom {

std::string write_cyclonedx(const model::Inventory& inventory);
base::Result<model::Inventory> read_cyclonedx(std::string_view text, const base::Limits& limits, std::string_view where);
// The same as XML (https://cyclonedx.org/docs/1.6/xml/), without entities; base/xml.h has the limits.
base::Result<model::Inventory> read_cyclonedx_xml(std::string_view text, const base::Limits& limits, std::string_view where);

}  // namespace bulkhead::sbom
