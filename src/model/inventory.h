// What an image, a root file system or an SBOM holds: components with the evidence for each, and what could not be read.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace bulkhead::model {

// How sure we are that the component is what its record says. Order matters: later is stronger.
enum class Grade : uint8_t {
  claimed,             // a lock file, an SBOM or a package database says so
  files_match,         // its files are present and match the checksums of the record
  content_identified,  // known by content: build id, embedded build info, digest
  loaded,              // seen loaded at run time
};
const char* grade_name(Grade grade);

// What the component is good for at run time; only `code` can be entered.
enum class ComponentRole : uint8_t { code, headers, docs, debug, kernel, data };
const char* role_name(ComponentRole role);

struct Component {
  std::string purl;         // canonical package URL with version; the component's key
  std::string type;         // purl type: deb, npm, maven, golang, …
  std::string name;         // with its namespace as the ecosystem prints it: "@scope/x", "org.a:b", "github.com/x/y"
  std::string version;      // as the ecosystem prints it, with epoch
  std::string source_name;  // source package (distributions); else empty
  std::string source_version;
  std::string arch;
  std::string distro;  // ecosystem release that judges it: "debian:12"; empty for languages
  ComponentRole role = ComponentRole::code;
  Grade grade = Grade::claimed;
  std::vector<std::string> paths;  // without leading slash; a file inside an archive as "app.war!/WEB-INF/lib/x.jar"
  std::string layer;               // digest (diff id) of the layer that brought it; empty where there are no layers
  std::string layer_command;       // that layer's command from the image history
  std::string cataloger;           // the row that found it
  std::vector<std::string> licenses;
  bool program = false;  // what the file at `paths` is itself (a Go binary's main module), not something built into it
};

// One thing read or not read. Nothing unread passes as clean.
struct CoverageNote {
  enum class State : uint8_t { read, skipped, error } state = State::read;
  std::string what;  // "layer sha256:…", "dpkg status", "app/x.jar"
  std::string why;   // for skipped and error
};

// A sign that the content was made to fool scanners.
struct TamperSign {
  std::string check;  // row name
  std::string path;
  std::string detail;
};

// The image's configuration, as far as the graph reads it.
struct ImageConfig {
  std::string user;                        // "" = root
  std::vector<std::string> exposed_ports;  // "8080/tcp"
  std::vector<std::string> entrypoint;
  std::vector<std::string> command;
  std::map<std::string, std::string> labels;
  std::string created;  // RFC 3339 or empty
  std::string architecture;
  std::string working_dir;
};

struct Inventory {
  std::string subject;                     // what was asked for: a file, a reference
  std::vector<std::string> references;     // "registry.local/shop/api:1.4"
  std::string manifest_digest;             // "sha256:…"; empty where unknown
  std::string config_digest;               // image id
  std::vector<std::string> layer_digests;  // diff ids, base first
  bool has_config = false;                 // `config` was read (false for SBOMs without it: user unknown)
  ImageConfig config;
  std::string distro_id;              // os-release ID, "debian"
  std::string distro_version;         // VERSION_ID, "12"
  std::string distro_name;            // PRETTY_NAME
  std::vector<Component> components;  // sorted by purl, then first path
  std::vector<CoverageNote> coverage;
  std::vector<TamperSign> tampering;
  bool complete = true;  // every layer and every database read
};

// The one JSON form ("bulkhead.inventory/1"); `from_json(to_json(x))` is x. Used between processes and for caching.
std::string to_json(const Inventory& inventory);
base::Result<Inventory> inventory_from_json(std::string_view json, const base::Limits& limits = {});
// One component as in the interface page:
// {"purl","type","name","version","source_name","source_version","paths","layer","grade","cataloger"} and more.
void write_component(base::JsonWriter& writer, const Component& component);

}  // namespace bulkhead::model
