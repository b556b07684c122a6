#include "app/policy.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "access/pod_security.h"
#include "app/cluster_query.h"
#include "base/file.h"
#include "base/json.h"

namespace bulkhead::app {
namespace {

constexpr size_t kMostFiles = 100'000;

base::Result<std::vector<std::string>> manifest_files(const std::vector<std::string>& given) {
  std::vector<std::string> files;
  for (const std::string& path : given) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    std::vector<std::string> found;
    std::filesystem::recursive_directory_iterator folder(path, std::filesystem::directory_options::none, error), end;
    for (; !error && folder != end && found.size() <= kMostFiles; folder.increment(error)) {
      const std::string ending = folder->path().extension().string();
      if (folder->is_regular_file(error) && (ending == ".yaml" || ending == ".yml" || ending == ".json"))
        found.push_back(folder->path().string());
    }
    if (error) return base::fail(base::ErrorKind::io, "cannot list the folder", path, error.message());
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.empty()) return base::fail(base::ErrorKind::not_found, "no manifest there", given.empty() ? "" : given.front());
  if (files.size() > kMostFiles) return base::fail(base::ErrorKind::limit, "more than 100,000 manifests");
  return files;
}

}  // namespace

base::Result<int> check_policy(const PolicyCheck& check) {
  const auto minor = access::parse_policy_version(check.version);
  if (!minor) return base::fail(base::ErrorKind::usage, "--k8s-version is latest or v1.MINOR", check.version);
  BULKHEAD_TRY(const std::vector<std::string> files, manifest_files(check.files));

  // All files one behind the other, and a list of their names and sizes: the worker opens nothing.
  BULKHEAD_TRY(const base::UniqueFd all, base::memory_file());
  base::JsonWriter request;
  request.begin_object().member("standard", check.standard).member("minor", *minor).member("json", check.json).key("files").begin_array();
  for (const std::string& path : files) {
    const auto text = base::read_file(path, base::Limits().document_bytes);
    request.begin_object().member("file", path).member("size", text ? static_cast<int64_t>(text->size()) : int64_t{0});
    if (text) {
      BULKHEAD_CHECK(base::write_all(all.get(), *text, "manifests"));
    } else {
      request.member("error", text.error().text());
    }
    request.end_object();
  }
  request.end_array().end_object();
  ClusterQuery query;
  query.task = "policy-check";
  query.request = request.take();
  query.inputs.push_back({"manifests", all.get()});
  return run_query(std::move(query), false);
}

}  // namespace bulkhead::app
