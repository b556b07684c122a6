// For tests only: an inventory with something in every field.
#pragma once

#include "model/inventory.h"

namespace bulkhead::sbom {

inline model::Inventory sample_inventory() {
  model::Inventory i;
  i.subject = "shop.tar";
  i.references = {"registry.test/shop/api:1.4", "registry.test/shop/api:latest"};
  i.manifest_digest = "sha256:" + std::string(64, 'a');
  i.config_digest = "sha256:" + std::string(64, 'b');
  i.layer_digests = {"sha256:" + std::string(64, 'c'), "sha256:" + std::string(64, 'd')};
  i.has_config = true;
  i.config = {.user = "",
              .exposed_ports = {"80/tcp", "8080/tcp"},
              .entrypoint = {"/bin/sh", "-c"},
              .command = {"run"},
              .labels = {{"a=b", "c"}, {"x", ""}},
              .created = "2026-01-01T00:00:00Z",
              .architecture = "amd64",
              .working_dir = "/srv"};
  i.distro_id = "debian";
  i.distro_version = "12";
  i.distro_name = "Debian GNU/Linux 12 (bookworm)";
  i.components = {
      {.purl = "pkg:deb/debian/libssl3@3.0.20-1~deb12u2?arch=amd64&distro=debian-12",
       .type = "deb",
       .name = "libssl3",
       .version = "3.0.20-1~deb12u2",
       .source_name = "openssl",
       .source_version = "3.0.20-1~deb12u2",
       .arch = "amd64",
       .distro = "debian:12",
       .role = model::ComponentRole::headers,
       .grade = model::Grade::files_match,
       .paths = {"var/lib/dpkg/status"},
       .layer = i.layer_digests[0],
       .layer_command = "RUN apt-get install",
       .cataloger = "dpkg"},
      {.purl = "pkg:maven/org.a/b@1.0",
       .type = "maven",
       .name = "org.a:b",
       .version = "1.0",
       .paths = {"a.war!/WEB-INF/lib/b.jar", "z.jar"},
       .layer = i.layer_digests[1],
       .cataloger = "java",
       .licenses = {"Apache-2.0"}},
      {.purl = "pkg:npm/%40scope/x@2.0.0", .type = "npm", .name = "@scope/x", .version = "2.0.0", .cataloger = "npm"},
      {.purl = "pkg:npm/jsonstream@1.3.5", .type = "npm", .name = "JSONStream", .version = "1.3.5", .cataloger = "npm"},
  };
  i.coverage = {{model::CoverageNote::State::error, "layer x", "broken"}};
  i.tampering = {{"digest_mismatch", "layer x", "why"}};
  i.complete = false;
  return i;
}

}  // namespace bulkhead::sbom
