// Finds the image in an archive: which manifest, configuration and layer blobs. Private to the image room's sources.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "image/archive.h"
#include "image/notes.h"

namespace bulkhead::image {

// A blob as a descriptor names it. Docker archives name files and no digests.
struct BlobReference {
  std::string name;    // in the archive
  std::string digest;  // "sha256:…", empty where not stated
  std::optional<uint64_t> size;
};

struct ImageParts {
  std::vector<std::string> references;
  std::string manifest_digest;
  BlobReference config;
  std::vector<BlobReference> layers;  // base first
};

// "sha256:64 hex" to "blobs/sha256/…"; empty for anything else than a well-formed sha256 or sha512 digest.
std::string blob_name(std::string_view digest);
// Reads a small blob and checks its digest and size; a mismatch is noted on `part`, and the bytes are given all the same.
base::Result<std::string> read_checked(Archive& archive, const BlobReference& blob, const std::string& part, Notes& notes,
                                       model::Inventory& inventory);

base::Result<ImageParts> find_image(Archive& archive, const base::Limits& limits, Notes& notes, model::Inventory& inventory);

}  // namespace bulkhead::image
