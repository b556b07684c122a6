// Packs a folder's manifest files, unread, into a tar for a worker that may open no files itself.
#pragma once

#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace bulkhead::kube {

// Every *.yaml, *.yml and *.json below `path` (or `path` itself, if it is a file), sorted by path; hidden files and folders
// are passed over, links to folders are not followed. Writes to `fd`. Returns the number of files.
// Limits: 100,000 files, document_bytes a file, 2 GiB in all. Errors: not_found (no manifest there), io, limit.
base::Result<uint64_t> pack_manifests(const std::string& path, int fd, const base::Limits& limits = {});

}  // namespace bulkhead::kube
