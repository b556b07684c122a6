#include "image/internal/manifest.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"

namespace bulkhead::image {
namespace {

constexpr uint64_t kMaxDocument = 16 << 20;
constexpr int kMaxIndexDepth = 4;
constexpr size_t kMaxManifests = 4096;
constexpr std::string_view kContainerdName = "io.containerd.image.name";
constexpr std::string_view kOciName = "org.opencontainers.image.ref.name";

struct Candidate {
  BlobReference manifest;
  std::string name;      // reference that its entry in index.json states; may be empty
  std::string platform;  // "linux/amd64", empty where not stated
  size_t top = 0;        // which entry of index.json it came from
};

BlobReference descriptor(base::JsonView view) {
  BlobReference blob;
  blob.digest = view.get("digest").text();
  blob.name = blob_name(blob.digest);
  if (const auto size = view.get("size").integer(); size && *size >= 0) {
    blob.size = static_cast<uint64_t>(*size);
  }
  return blob;
}

std::string reference_of(base::JsonView entry) {
  const base::JsonView annotations = entry.get("annotations");
  const auto full = annotations.get(kContainerdName).string();
  return std::string(full ? *full : annotations.get(kOciName).string().value_or(""));
}

bool is_index(std::string_view media_type, base::JsonView document) {
  return media_type == "application/vnd.oci.image.index.v1+json" ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json" ||
         (media_type.empty() && document.get("manifests").kind() == base::JsonKind::array);
}

bool is_attestation(base::JsonView entry) {
  return entry.path("annotations", "vnd.docker.reference.type").string() == "attestation-manifest" ||
         entry.path("platform", "os").string() == "unknown";
}

class OciFinder {
 public:
  OciFinder(Archive& archive, const base::Limits& limits, Notes& notes, model::Inventory& inventory)
      : archive_(archive), limits_(limits), notes_(notes), inventory_(inventory) {}

  base::Result<ImageParts> run() {
    BULKHEAD_TRY(const std::string text, archive_.read("index.json", kMaxDocument));
    BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits_, "index.json"));
    for (const base::JsonView& entry : document.root().get("manifests").items()) {
      collect(entry, reference_of(entry), 0);
      ++top_;
    }
    if (candidates_.empty()) {
      return base::fail(base::ErrorKind::input, "names no image that is in the archive", "index.json");
    }
    const auto amd64 =
        std::ranges::find_if(candidates_, [](const Candidate& c) { return c.platform == "linux/amd64" || c.platform.empty(); });
    const Candidate chosen = amd64 == candidates_.end() ? candidates_.front() : *amd64;
    note_others(chosen);
    return parts_of(chosen);
  }

 private:
  void collect(base::JsonView entry, const std::string& name, int depth) {
    Candidate candidate{descriptor(entry), name, {}, top_};
    if (is_attestation(entry) || candidates_.size() >= kMaxManifests) {
      return;
    }
    if (const base::JsonView platform = entry.get("platform")) {
      candidate.platform = platform.get("os").text() + "/" + platform.get("architecture").text();
    }
    if (candidate.manifest.name.empty()) {
      notes_.error(std::string(kImagePart) + "index.json", "a descriptor has no sha256 or sha512 digest: " + candidate.manifest.digest);
      return;
    }
    if (!archive_.has(candidate.manifest.name)) {
      absent_ += (absent_.empty() ? "" : ", ") + candidate.manifest.digest;
      return;
    }
    const std::string media_type = entry.get("mediaType").text();
    if (media_type.empty() || is_index(media_type, {})) {
      const auto text =
          read_checked(archive_, candidate.manifest, std::string(kImagePart) + "index " + candidate.manifest.digest, notes_, inventory_);
      const auto document = text ? base::JsonDocument::parse(*text, limits_, candidate.manifest.digest)
                                 : base::Result<base::JsonDocument>(std::unexpected(text.error()));
      if (!document) {
        notes_.error(std::string(kImagePart) + "index " + candidate.manifest.digest, document.error());
        return;
      }
      if (is_index(media_type, document->root())) {
        if (depth >= kMaxIndexDepth) {
          notes_.error(std::string(kImagePart) + "index " + candidate.manifest.digest, "indexes are nested too deep");
          return;
        }
        for (const base::JsonView& child : document->root().get("manifests").items()) {
          collect(child, name, depth + 1);
        }
        return;
      }
    }
    candidates_.push_back(std::move(candidate));
  }

  void note_others(const Candidate& chosen) {
    for (const Candidate& other : candidates_) {
      if (other.top != chosen.top && other.manifest.digest != chosen.manifest.digest) {
        notes_.skipped(
            std::string(kImagePart) + (other.name.empty() ? other.manifest.digest : other.name),
            "the archive holds several images; only " + (chosen.name.empty() ? chosen.manifest.digest : chosen.name) + " was read");
      }
    }
  }

  base::Result<ImageParts> parts_of(const Candidate& chosen) {
    ImageParts parts;
    parts.manifest_digest = chosen.manifest.digest;
    for (const Candidate& candidate : candidates_) {
      if (candidate.manifest.digest == chosen.manifest.digest && !candidate.name.empty() &&
          std::ranges::find(parts.references, candidate.name) == parts.references.end()) {
        parts.references.push_back(candidate.name);
      }
    }
    BULKHEAD_TRY(const std::string text, read_checked(archive_, chosen.manifest,
                                                      std::string(kImagePart) + "manifest " + chosen.manifest.digest, notes_, inventory_));
    BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits_, "manifest " + chosen.manifest.digest));
    const base::JsonView root = document.root();
    if (root.get("schemaVersion").integer() != 2 || root.get("config").kind() != base::JsonKind::object) {
      return base::fail(base::ErrorKind::input, "is no image manifest of schema 2", "manifest " + chosen.manifest.digest);
    }
    parts.config = descriptor(root.get("config"));
    for (const base::JsonView& layer : root.get("layers").items()) {
      parts.layers.push_back(descriptor(layer));
    }
    return parts;
  }

  Archive& archive_;
  const base::Limits& limits_;
  Notes& notes_;
  model::Inventory& inventory_;
  std::vector<Candidate> candidates_;
  std::string absent_;
  size_t top_ = 0;
};

// The digest that a docker archive's file name states: "HEX.json", "HEX.tar", "blobs/sha256/HEX".
std::string digest_in_name(std::string_view name) {
  std::string_view base = name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  base = base.substr(0, base.find('.'));
  const std::string digest = "sha256:" + std::string(base);
  return blob_name(digest).empty() || name.ends_with("/layer.tar") ? std::string() : digest;
}

base::Result<ImageParts> find_docker_image(Archive& archive, const base::Limits& limits, Notes& notes) {
  BULKHEAD_TRY(const std::string text, archive.read("manifest.json", kMaxDocument));
  BULKHEAD_TRY(const base::JsonDocument document, base::JsonDocument::parse(text, limits, "manifest.json"));
  const std::vector<base::JsonView> images = document.root().items();
  if (images.empty() || images.front().get("Config").text().empty()) {
    return base::fail(base::ErrorKind::input, "names no image", "manifest.json");
  }
  const base::JsonView image = images.front();
  ImageParts parts;
  parts.references = image.get("RepoTags").texts();
  parts.config.name = image.get("Config").text();
  parts.config.digest = digest_in_name(parts.config.name);
  for (const std::string& name : image.get("Layers").texts()) {
    // Layer digests are diff ids here, whatever the file name says; blobs/sha256/… is the digest of the stored bytes.
    parts.layers.push_back({name, name.starts_with("blobs/") ? digest_in_name(name) : std::string(), std::nullopt});
  }
  for (size_t i = 1; i < images.size(); ++i) {
    const std::vector<std::string> tags = images[i].get("RepoTags").texts();
    notes.skipped(kImagePart + (tags.empty() ? images[i].get("Config").text() : tags.front()),
                  "the archive holds several images; only " + (parts.references.empty() ? parts.config.name : parts.references.front()) +
                      " was read");
  }
  return parts;
}

}  // namespace

std::string blob_name(std::string_view digest) {
  const auto [kind, hex] = base::split_once(digest, ':');
  const size_t length = kind == "sha256" ? 64 : kind == "sha512" ? 128 : 0;
  if (!hex || length == 0 || hex->size() != length || hex->find_first_not_of("0123456789abcdef") != std::string_view::npos) {
    return {};
  }
  return "blobs/" + std::string(kind) + "/" + std::string(*hex);
}

base::Result<std::string> read_checked(Archive& archive, const BlobReference& blob, const std::string& part, Notes& notes,
                                       model::Inventory&) {
  if (blob.name.empty()) {
    return base::fail(base::ErrorKind::input, "has no sha256 or sha512 digest", part, blob.digest);
  }
  BULKHEAD_TRY(std::string text, archive.read(blob.name, kMaxDocument));
  if (!blob.digest.empty()) {
    const bool long_digest = blob.digest.starts_with("sha512:");
    const std::string found =
        (long_digest ? "sha512:" : "sha256:") + base::hash_hex(long_digest ? base::HashKind::sha512 : base::HashKind::sha256, text);
    if (found != blob.digest) {
      notes.error(part, "its digest does not match: stated " + blob.digest + ", found " + found);
      notes.tamper("digest_mismatch", part, "stated " + blob.digest + ", found " + found);
    }
  }
  if (blob.size && *blob.size != text.size()) {
    notes.error(part, "its size does not match: stated " + std::to_string(*blob.size) + ", found " + std::to_string(text.size()));
  }
  return text;
}

base::Result<ImageParts> find_image(Archive& archive, const base::Limits& limits, Notes& notes, model::Inventory& inventory) {
  if (archive.has("index.json")) {
    BULKHEAD_TRY(ImageParts parts, OciFinder(archive, limits, notes, inventory).run());
    // `docker save` since version 25 writes both forms; the tags stand in manifest.json.
    if (archive.has("manifest.json")) {
      const auto docker = find_docker_image(archive, limits, notes);
      if (docker && docker->config.name == parts.config.name && !docker->references.empty()) {
        parts.references = docker->references;
      }
    }
    return parts;
  }
  if (archive.has("manifest.json")) {
    return find_docker_image(archive, limits, notes);
  }
  return base::fail(base::ErrorKind::input,
                    "is no image archive: it holds neither index.json (OCI layout) nor manifest.json (docker save)");
}

}  // namespace bulkhead::image
