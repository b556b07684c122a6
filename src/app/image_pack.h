// Inventories of a folder's images and SBOMs with their findings, as one document that the assessing worker gets.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "match/decision.h"
#include "model/finding.h"
#include "model/inventory.h"

namespace bulkhead::app {

struct ReadImage {
  std::string file;  // below the folder
  model::Inventory inventory;
  std::vector<model::Finding> findings;
  std::vector<model::CoverageNote> coverage;  // what matching could not judge
};
struct UnreadImage {
  std::string file;
  std::string why;
};
struct ImagePack {
  std::vector<ReadImage> images;  // by file name
  std::vector<UnreadImage> unread;
  bool matched = false;                    // there was an advisory database
  std::vector<match::Decision> decisions;  // own ones and VEX statements, for the images and all else
};

// Reads every archive, OCI folder and SBOM (by their endings) of `folder`, each in a worker of its own, and matches it when `database` is
// not empty. A file that cannot be read is in `unread`, not an error.
base::Result<ImagePack> read_images(const std::string& folder, const std::string& database, base::Moment as_of, bool quiet,
                                    const base::Limits& limits);

// "bulkhead.image_pack/1", between processes.
std::string to_json(const ImagePack& pack);
base::Result<ImagePack> image_pack_from_json(std::string_view json, const base::Limits& limits);

}  // namespace bulkhead::app
