#include "app/feed_files.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <string_view>
#include <system_error>

#include "base/archive.h"

namespace bulkhead::app {
namespace {

namespace fs = std::filesystem;

constexpr int kDepth = 16;
constexpr size_t kMaxFiles = 1'000'000;

struct Found {
  std::vector<std::string> feeds;  // what the folder is taken apart into
  bool archives = false;           // anywhere below it
  size_t files = 0;
};

base::Result<Found> look_into(const std::string& folder, int depth, size_t& files) {
  if (depth > kDepth) {
    return base::fail(base::ErrorKind::limit, "folders nested deeper than " + std::to_string(kDepth), folder);
  }
  std::error_code error;
  std::vector<fs::directory_entry> entries;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    entries.push_back(*at);
  }
  if (error) {
    return base::fail_errno(error.value(), "cannot list", folder);
  }
  std::ranges::sort(entries, {}, [](const fs::directory_entry& entry) { return entry.path().native(); });
  Found out;
  for (const fs::directory_entry& entry : entries) {
    const std::string name = entry.path().filename();
    const fs::file_type type = entry.symlink_status(error).type();
    if (name.starts_with('.')) {
      continue;
    }
    std::string path = folder;
    path.append(folder.ends_with('/') ? "" : "/").append(name);
    if (type == fs::file_type::directory) {
      BULKHEAD_TRY(Found below, look_into(path, depth + 1, files));
      out.archives = out.archives || below.archives;
      out.files += below.files;
      if (below.archives) {
        std::ranges::move(below.feeds, std::back_inserter(out.feeds));
      } else if (below.files > 0) {
        out.feeds.push_back(path);
      }
    } else if (type == fs::file_type::regular) {
      if (++files > kMaxFiles) {
        return base::fail(base::ErrorKind::limit, "more than " + std::to_string(kMaxFiles) + " files", folder);
      }
      ++out.files;
      out.archives = out.archives || base::has_packed_name(name);
      out.feeds.push_back(path);
    }
  }
  return out;
}

}  // namespace

base::Result<std::vector<std::string>> feed_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    return std::vector<std::string>{path};
  }
  size_t files = 0;
  BULKHEAD_TRY(Found found, look_into(path, 0, files));
  return found.archives ? std::move(found.feeds) : std::vector<std::string>{path};
}

std::vector<std::string> feed_names(const std::vector<std::string>& paths) {
  std::vector<std::string> whole;
  for (const std::string& path : paths) {
    std::string_view text = path;
    while (text.size() > 1 && text.ends_with('/')) {
      text.remove_suffix(1);
    }
    whole.emplace_back(text);
  }
  // The last `parts` parts of a path.
  const auto tail = [](const std::string& path, size_t parts) {
    size_t at = path.size();
    for (; parts > 0 && at != std::string::npos && at > 0; --parts) {
      at = path.rfind('/', at - 1);
    }
    return at == std::string::npos || at == 0 ? path : path.substr(at + 1);
  };
  std::vector<std::string> names(whole.size());
  std::vector<size_t> open(whole.size());
  std::iota(open.begin(), open.end(), 0);
  for (size_t parts = 1; !open.empty(); ++parts) {
    std::map<std::string, std::set<std::string>> taken;
    for (const size_t i : open) {
      names[i] = tail(whole[i], parts);
      taken[names[i]].insert(whole[i]);
    }
    std::erase_if(open, [&](size_t i) { return taken[names[i]].size() == 1; });
  }
  return names;
}

}  // namespace bulkhead::app
