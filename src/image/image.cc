#include "image/image.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "image/internal/manifest.h"
#include "image/layer.h"
#include "image/notes.h"

namespace bulkhead::image {
namespace {

std::vector<std::string> texts_or_text(base::JsonView view) {
  if (const auto text = view.string()) {
    return {std::string(*text)};
  }
  return view.texts();
}

struct Configured {
  std::vector<std::string> diff_ids;
  std::vector<std::string> commands;  // one per layer, or none
};

Configured read_config(base::JsonView root, model::Inventory& inventory) {
  Configured out;
  out.diff_ids = root.path("rootfs", "diff_ids").texts();
  for (const base::JsonView& step : root.get("history").items()) {
    if (!step.get("empty_layer").flag()) {
      out.commands.push_back(step.get("created_by").text());
    }
  }
  if (out.commands.size() != out.diff_ids.size()) {
    out.commands.clear();
  }
  model::ImageConfig& config = inventory.config;
  const base::JsonView view = root.get("config");
  config.user = view.get("User").text();
  view.get("ExposedPorts").each([&](std::string_view port, base::JsonView) { config.exposed_ports.emplace_back(port); });
  std::ranges::sort(config.exposed_ports);
  config.entrypoint = texts_or_text(view.get("Entrypoint"));
  config.command = texts_or_text(view.get("Cmd"));
  view.get("Labels").each([&](std::string_view key, base::JsonView value) { config.labels.emplace(key, value.text()); });
  config.working_dir = view.get("WorkingDir").text();
  config.created = root.get("created").text();
  config.architecture = root.get("architecture").text();
  inventory.has_config = true;
  return out;
}

// Streams one layer into the tree; both digests are taken in the same pass.
class LayerPass {
 public:
  LayerPass(Archive& archive, const base::Limits& limits, Notes& notes) : archive_(archive), limits_(limits), notes_(notes) {}

  // Gives the computed diff id; empty when the layer could not be read to its end.
  std::string run(const BlobReference& blob, const std::string& diff_id, uint32_t index, LayerApplier& applier) {
    part_ = kLayerPart + (diff_id.empty() ? blob.name : diff_id);
    const base::Result<std::string> found = stream(blob, index, applier);
    if (!found) {
      notes_.error(part_, found.error());
      return {};
    }
    if (!diff_id.empty() && *found != diff_id) {
      mismatch("diff id", diff_id, *found);
    }
    return *found;
  }

 private:
  void mismatch(const char* what, const std::string& stated, const std::string& found) {
    notes_.error(part_, std::string("its ") + what + " does not match: stated " + stated + ", found " + found);
    notes_.tamper("digest_mismatch", part_, std::string(what) + " stated " + stated + ", found " + found);
  }

  base::Result<std::string> stream(const BlobReference& blob, uint32_t index, LayerApplier& applier) {
    BULKHEAD_TRY(std::unique_ptr<base::ByteStream> raw, archive_.open(blob.name));
    const base::HashKind kind = blob.digest.starts_with("sha512:") ? base::HashKind::sha512 : base::HashKind::sha256;
    base::HashingStream stored(std::move(raw), kind);
    BULKHEAD_TRY(base::Unpacked unpacked, base::decompressed(base::borrowed(stored), limits_, part_));
    const bool plain = unpacked.compression == base::Compression::none;
    if (blob.digest.empty() || (plain && kind == base::HashKind::sha256)) {
      stored.stop_hashing();  // one digest answers both
    }
    base::HashingStream tar(std::move(unpacked.stream), base::HashKind::sha256);
    const base::Status applied = applier.apply(tar, index, part_);
    const base::Status drained = tar.drain();
    if (!applied) {
      // The digests are still of use: they say whether the layer was broken on the way or made so.
      notes_.error(part_, applied.error());
      if (!drained) {
        return std::unexpected(drained.error());
      }
    }
    BULKHEAD_CHECK(drained);
    BULKHEAD_CHECK(stored.drain());
    if (blob.size && stored.bytes() != *blob.size) {
      notes_.error(part_, "its size does not match: stated " + std::to_string(*blob.size) + ", found " + std::to_string(stored.bytes()));
    }
    const std::string diff_id = "sha256:" + tar.finish_hex();
    if (!blob.digest.empty()) {
      const std::string digest = plain && kind == base::HashKind::sha256
                                     ? diff_id
                                     : (kind == base::HashKind::sha512 ? "sha512:" : "sha256:") + stored.finish_hex();
      if (digest != blob.digest) {
        mismatch("blob digest", blob.digest, digest);
      }
    }
    return diff_id;
  }

  Archive& archive_;
  const base::Limits& limits_;
  Notes& notes_;
  std::string part_;
};

}  // namespace

base::Result<base::FileTree> read_image(Archive& archive, base::ContentReader& reader, const base::Limits& limits,
                                        model::Inventory& inventory) {
  Notes notes(inventory);
  BULKHEAD_TRY(const ImageParts parts, find_image(archive, limits, notes, inventory));
  inventory.references = parts.references;
  inventory.manifest_digest = parts.manifest_digest;
  inventory.config_digest = parts.config.digest;
  if (parts.layers.size() > limits.layers) {
    return base::fail(base::ErrorKind::limit, "has more than the limit of " + std::to_string(limits.layers) + " layers");
  }

  Configured configured;
  const std::string config_part =
      std::string(kImagePart) + "config " + (parts.config.digest.empty() ? parts.config.name : parts.config.digest);
  const auto text = read_checked(archive, parts.config, config_part, notes, inventory);
  const auto document =
      text ? base::JsonDocument::parse(*text, limits, config_part) : base::Result<base::JsonDocument>(std::unexpected(text.error()));
  if (!document) {
    notes.error(config_part, document.error());
  } else {
    configured = read_config(document->root(), inventory);
    if (inventory.config_digest.empty()) {
      inventory.config_digest = "sha256:" + base::sha256_hex(*text);
    }
    if (configured.diff_ids.size() != parts.layers.size()) {
      notes.error(config_part,
                  "states " + std::to_string(configured.diff_ids.size()) + " layers, the manifest " + std::to_string(parts.layers.size()));
      configured.diff_ids.clear();
      configured.commands.clear();
    }
  }

  base::FileTree tree;
  LayerApplier applier(tree, reader, limits, notes);
  LayerPass pass(archive, limits, notes);
  size_t unread = 0;
  for (size_t i = 0; i < parts.layers.size(); ++i) {
    base::TreeLayer layer;
    layer.id = i < configured.diff_ids.size() ? configured.diff_ids[i] : "";
    layer.how = i < configured.commands.size() ? configured.commands[i] : "";
    const std::string found = pass.run(parts.layers[i], layer.id, static_cast<uint32_t>(i), applier);
    if (found.empty()) {
      ++unread;
    } else {
      inventory.coverage.push_back({model::CoverageNote::State::read, kLayerPart + (layer.id.empty() ? found : layer.id), {}});
    }
    if (layer.id.empty()) {
      layer.id = found;
    }
    inventory.layer_digests.push_back(layer.id);
    tree.layers().push_back(std::move(layer));
  }
  if (!parts.layers.empty() && unread == parts.layers.size() && tree.contents() == 0) {
    base::Error error{base::ErrorKind::input, "no layer could be read", {}, {}, {}, {}};
    for (const model::CoverageNote& note : inventory.coverage) {
      if (note.state == model::CoverageNote::State::error && note.what.starts_with(kLayerPart)) {
        error.where = note.what;
        error.cause = note.why;
        break;
      }
    }
    return std::unexpected(std::move(error));
  }
  return tree;
}

}  // namespace bulkhead::image
