// An image archive becomes a verified file tree and what its manifest and configuration say.
//
// Formats: OCI image layout (OCI image specification v1.1, image-layout.md, manifest.md, config.md), Docker's schema 2
// manifests inside it, and `docker save` archives (manifest.json with Config, RepoTags, Layers; layers as ID/layer.tar or
// blobs/sha256/…; moby image specification v1.2). Every digest that the image states is checked while its bytes stream by:
// manifest, configuration, each layer's blob and diff id. A mismatch or a layer that cannot be read is an error on that part
// and makes the inventory incomplete; the rest is read.
//
// Several images in one archive: the first that is there for linux/amd64 (else the first that is there) is read; images of
// other names are noted as skipped. Attestation manifests are no images.
//
// Limits: 16 MiB per manifest, index or configuration, Limits::layers. Errors: nothing of the image could be read.
#pragma once

#include "base/file_tree.h"
#include "base/limits.h"
#include "base/result.h"
#include "image/archive.h"
#include "model/inventory.h"

namespace bulkhead::image {

// Fills references, digests, configuration, coverage, tampering and completeness of `inventory`.
base::Result<base::FileTree> read_image(Archive& archive, base::ContentReader& reader, const base::Limits& limits,
                                        model::Inventory& inventory);

}  // namespace bulkhead::image
