#include "kube/manifest_folder.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include <archive.h>
#include <archive_entry.h>

#include "base/file.h"
#include "base/text.h"

namespace bulkhead::kube {
namespace {

namespace fs = std::filesystem;
using base::ErrorKind;
using base::fail;

constexpr size_t kMaxFiles = 100'000;
constexpr uint64_t kMaxBytes = 2ULL << 30;

base::Result<std::vector<std::string>> manifest_files(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) {
    return std::vector<std::string>{path};
  }
  std::vector<std::string> out;
  fs::recursive_directory_iterator at(path, error);
  for (const fs::recursive_directory_iterator end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (name.starts_with('.')) {
      at.disable_recursion_pending();
    } else if (const std::string ending = at->path().extension().string();
               (ending == ".yaml" || ending == ".yml" || ending == ".json") && at->is_regular_file(ignored)) {
      out.push_back(at->path().string());
      if (out.size() > kMaxFiles) {
        return fail(ErrorKind::limit, "more than " + base::with_thousands(kMaxFiles) + " manifests", path);
      }
    }
  }
  if (error) {
    return base::fail_errno(error.value(), "cannot read the folder", path);
  }
  if (out.empty()) {
    return fail(ErrorKind::not_found, "no *.yaml, *.yml or *.json", path);
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Free {
  void operator()(archive* handle) const { archive_write_free(handle); }
  void operator()(archive_entry* entry) const { archive_entry_free(entry); }
};

}  // namespace

base::Result<uint64_t> pack_manifests(const std::string& path, int fd, const base::Limits& limits) {
  BULKHEAD_TRY(const std::vector<std::string> files, manifest_files(path));
  const std::unique_ptr<archive, Free> tar(archive_write_new());
  const std::unique_ptr<archive_entry, Free> entry(archive_entry_new());
  if (!tar || !entry) {
    return fail(ErrorKind::limit, "no memory for an archive writer", path);
  }
  const auto broken = [&] { return fail(ErrorKind::io, "cannot pack the manifests", path, archive_error_string(tar.get())); };
  if (archive_write_set_format_pax_restricted(tar.get()) != ARCHIVE_OK || archive_write_open_fd(tar.get(), fd) != ARCHIVE_OK) {
    return broken();
  }
  uint64_t total = 0;
  for (const std::string& file : files) {
    BULKHEAD_TRY(const std::string text, base::read_file(file, limits.document_bytes));
    total += text.size();
    if (total > kMaxBytes) {
      return fail(ErrorKind::limit, "the manifests hold more than " + base::human_bytes(kMaxBytes), path);
    }
    archive_entry_clear(entry.get());
    archive_entry_set_pathname(entry.get(), file.c_str());
    archive_entry_set_filetype(entry.get(), AE_IFREG);
    archive_entry_set_perm(entry.get(), 0600);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
    if (archive_write_header(tar.get(), entry.get()) != ARCHIVE_OK ||
        archive_write_data(tar.get(), text.data(), text.size()) != static_cast<la_ssize_t>(text.size())) {
      return broken();
    }
  }
  if (archive_write_close(tar.get()) != ARCHIVE_OK) {
    return broken();
  }
  return files.size();
}

}  // namespace bulkhead::kube
