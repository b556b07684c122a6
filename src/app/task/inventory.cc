// Reads one source into an inventory (model/inventory.h, as JSON): an image archive, an OCI folder, a root folder or an SBOM.
//
// Request: {"subject": what the user asked for, "root": true for a root file system}. Input "source": a file or a folder.
#include <cstring>

#include <sys/stat.h>
#include <unistd.h>

#include "base/byte_stream.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/text.h"
#include "base/worker.h"
#include "catalog/catalog.h"
#include "image/archive.h"
#include "image/image.h"
#include "image/root_folder.h"
#include "model/inventory.h"
#include "sbom/document.h"

namespace bulkhead::app::task {
namespace {

constexpr size_t kHeadBytes = 4096;

// The cryptographic library loads its parts when first used; in the jail it could not.
base::Status prepare(base::WorkerContext&) {
  (void)base::hash_hex(base::HashKind::md5, "");
  (void)base::hash_hex(base::HashKind::sha1, "");
  (void)base::hash_hex(base::HashKind::sha512, "");
  (void)base::sha256_hex("");
  return {};
}

base::Status read_archive(image::Archive& archive, const base::Limits& limits, model::Inventory& inventory) {
  catalog::Catalog catalog(limits);
  BULKHEAD_TRY(const base::FileTree tree, image::read_image(archive, catalog, limits, inventory));
  catalog.finish(tree, inventory);
  return {};
}

base::Status read_root(int fd, const base::Limits& limits, model::Inventory& inventory) {
  catalog::Catalog catalog(limits);
  BULKHEAD_TRY(const base::FileTree tree, image::read_root_folder(fd, catalog, limits, inventory));
  catalog.finish(tree, inventory);
  return {};
}

base::Status read_file_source(int fd, const std::string& subject, const base::Limits& limits, model::Inventory& inventory) {
  std::string head(kHeadBytes, '\0');
  const ssize_t got = ::pread(fd, head.data(), head.size(), 0);
  if (got < 0) {
    return base::fail_errno(
        errno, errno == ESPIPE ? "is a pipe; a file is needed, because image parts are read in their own order" : "cannot read", subject);
  }
  head.resize(static_cast<size_t>(got));
  if (head.empty()) {
    return base::fail(base::ErrorKind::input, "is empty", subject);
  }
  if (sbom::looks_like_sbom(head)) {
    BULKHEAD_TRY(const std::string text, base::read_fd(fd, limits.document_bytes, subject));
    BULKHEAD_TRY(inventory, sbom::read_sbom(text, limits, subject));
    return {};
  }
  BULKHEAD_TRY(const std::unique_ptr<image::Archive> archive, image::open_tar_archive(fd, limits, subject));
  return read_archive(*archive, limits, inventory);
}

base::Result<int> run(base::WorkerContext& context) {
  BULKHEAD_TRY(const base::JsonDocument request, base::JsonDocument::parse(context.request(), {}, "request"));
  const std::string subject = request.root().get("subject").text();
  const bool root = request.root().get("root").flag();
  const int fd = context.input("source");
  model::Inventory inventory;
  struct stat info{};
  if (::fstat(fd, &info) != 0) {
    return base::fail_errno(errno, "cannot look at", subject);
  }
  if (S_ISDIR(info.st_mode)) {
    if (root) {
      BULKHEAD_CHECK(read_root(fd, context.limits(), inventory));
    } else {
      const std::unique_ptr<image::Archive> archive = image::open_folder_archive(fd, subject);
      BULKHEAD_CHECK(read_archive(*archive, context.limits(), inventory));
    }
  } else {
    BULKHEAD_CHECK(read_file_source(fd, subject, context.limits(), inventory));
  }
  inventory.subject = subject;
  BULKHEAD_CHECK(context.output(model::to_json(inventory)));
  return 0;
}

}  // namespace

extern constinit const base::WorkerTask inventory{.name = "inventory", .prepare = prepare, .run = run, .reads_folder = true};

}  // namespace bulkhead::app::task
